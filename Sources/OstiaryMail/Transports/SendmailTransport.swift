// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// Hands each message to the machine's own mail system by a program that reads it from standard input, such as
/// `/usr/sbin/sendmail`. The arguments are a vector, so no shell reads an address.
struct SendmailTransport: MailTransport {
    private let program: String
    private let limit: Duration
    private let thread = MailThread()

    /// - Parameters:
    ///   - program: the absolute path.
    ///   - limit: the longest time for a message; after it the program is killed.
    init(_ program: String, limit: Duration = .seconds(60)) {
        self.program = program
        self.limit = limit
    }

    func send(_ message: MailMessage) async throws(MailFailure) {
        let arguments = [program, "-i", "-f", message.sender.address.text, "--", message.recipient.text]
        // Programs of the machine expect its own line ends.
        let input = message.bytes.filter { $0 != 0x0D }
        let (program, limit) = (program, limit)
        try await thread.run { () throws(MailFailure) in
            try Self.judge(ProgramRun.run(program, arguments, input: input, within: limit))
        }
    }

    func close() async { thread.close() }

    private static func judge(_ end: ProgramRun.End) throws(MailFailure) {
        func failure(_ kind: MailFailure.Kind, _ reason: String, _ code: Int? = nil) -> MailFailure {
            MailFailure(kind, step: "sendmail", code: code, reason: reason)
        }
        // sysexits.h: 75 asks to try again. 69 to 74, 77 and 78 tell of the system and not of the message: a service that
        // is not there, a full disk, a missing right.
        switch end {
        case .code(0): return
        case .code(75): throw failure(.deferred, "the program asks to try later", 75)
        case .code(let code) where (69...74).contains(code) || [77, 78].contains(code):
            throw failure(.unavailable, "the program cannot send at the moment", Int(code))
        case .code(let code) where code >= 64: throw failure(.refused, "the program refuses the message", Int(code))
        case .code(let code): throw failure(.deferred, "the program failed", Int(code))
        case .signal: throw failure(.deferred, "the program was killed")
        case .late: throw failure(.unavailable, "the program did not end in time")
        case .notStarted: throw failure(.unavailable, "the program cannot be started")
        }
    }
}
