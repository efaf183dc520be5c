// SPDX-License-Identifier: Apache-2.0

import NIOCore
import OstiaryCore
import OstiaryTestSupport

@testable import OstiaryMail

/// Short words for tests of the state machine.
protocol MachineTests {}

extension MachineTests {
    typealias Machine = SMTPStateMachine<Int>

    func time(_ milliseconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .milliseconds(milliseconds) }

    func machine(
        _ url: String = "smtp://me:secret@mx.example.com", _ change: (inout SMTPOptions) -> Void = { _ in }
    ) throws -> Machine {
        guard case .smtp(let endpoint) = try MailURL(url).target else { throw Failure("no endpoint") }
        var options = SMTPOptions()
        options.clientName = "me.example.com"
        change(&options)
        return Machine(endpoint: endpoint, options: options, isObserved: true)
    }

    func envelope(_ text: String = "Hello.\n") throws -> SMTPEnvelope {
        SMTPEnvelope(try SampleMails.message(text))
    }

    /// The actions as short texts.
    func told(_ actions: [Machine.Action]) -> [String] {
        actions.compactMap { action in
            switch action {
            case .write(let bytes): "> \(String(decoding: bytes, as: UTF8.self).split(separator: "\r\n").first ?? "")"
            case .startTLS: "tls"
            case .answer(let token, .sent): "\(token) sent"
            case .answer(let token, .stale): "\(token) stale"
            case .answer(let token, .failed(let failure)): "\(token) \(failure.kind) \(failure)"
            case .tell: nil
            case .end: "end"
            }
        }
    }

    func lines(_ actions: [Machine.Action]) -> [String] {
        actions.compactMap { if case .tell(let line) = $0 { line } else { nil } }
    }

    func say(_ machine: inout Machine, _ text: String, at now: Int64 = 0) -> [String] {
        told(machine.received("\(text)\r\n".utf8, at: time(now)))
    }

    /// A machine over TLS that waits for a message.
    func ready(_ change: (inout SMTPOptions) -> Void = { _ in }) throws -> Machine {
        var machine = try machine("smtps://mx.example.com", change)
        _ = machine.opened(at: time(0))
        _ = machine.secured(at: time(0))
        _ = say(&machine, "220 mx")
        _ = say(&machine, "250 mx")
        return machine
    }

    func submit(_ machine: inout Machine, _ token: Int = 1, deadline: Int64 = 120_000) throws -> [String] {
        told(machine.submit(try envelope(), token: token, deadline: time(deadline), at: time(0)))
    }
}
