// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import OstiaryVerifier
import Synchronization

/// The verifiers in three languages.
enum Language: String, CaseIterable, Sendable {
    case swift = "Swift"
    case python = "Python"
    case javaScript = "JavaScript"
}

/// The choices of a verifier that the tests make.
struct JudgeConfiguration: Sendable {
    var issuer: String
    var hasFeed = true
    var isOpen = false
    /// Seconds that the first tokens wait for the feed.
    var startTimeout = 20.0
    var timeout = 5
}

/// A verifier that runs.
protocol Judge: Sendable {
    /// - Returns: `ok` with the subject, `refused` or `unavailable` with the reason.
    func judge(_ token: String) async throws -> String
    /// Moves its clocks forward.
    func advance(_ seconds: Double) async throws
    var isFresh: Bool { get async throws }
    /// The lines for the log so far.
    var lines: [String] { get async throws }
}

extension Language {
    func start(_ configuration: JudgeConfiguration) async throws -> any Judge {
        switch self {
        case .swift: try await SwiftJudge(configuration)
        case .python: try ProgramJudge(python: configuration)
        case .javaScript: try ProgramJudge(node: configuration)
        }
    }
}

/// `OstiaryVerifier` in this process.
final class SwiftJudge: Judge {
    let verifier: TokenVerifier
    private let clock = TestClock()
    private let events: Events
    private let following: Task<Void, Never>

    private final class Events: Sendable {
        let all = Mutex<[String]>([])
    }

    init(_ configuration: JudgeConfiguration) async throws {
        let events = Events()
        var options = TokenVerifier.Options()
        options.clock = clock.clock
        options.timeout = .seconds(configuration.timeout)
        options.onEvent = { event in events.all.withLock { $0.append(event.description) } }
        var feed = RevocationFeed(clientID: "notes", secret: "s3cret")
        feed.silence = configuration.isOpen ? .open(after: .seconds(90)) : .closed(after: .seconds(90))
        feed.instance = "host 1"
        let verifier = try TokenVerifier(
            issuer: configuration.issuer, audience: ["notes", "calendar"], feed: configuration.hasFeed ? feed : nil,
            options: options)
        self.events = events
        self.verifier = verifier
        following = Task { await verifier.follow() }
        let deadline = Deadline(configuration.startTimeout)
        while !verifier.isFresh, !deadline.passed { try await Task.sleep(for: .milliseconds(5)) }
    }

    deinit { following.cancel() }

    func judge(_ token: String) async -> String {
        do throws(VerificationError) {
            return "ok \(try await verifier.verify(token).subject)"
        } catch {
            switch error {
            case .refused(let reason): return "refused \(reason.rawValue)"
            case .unavailable(let reason): return "unavailable \(reason.rawValue)"
            }
        }
    }

    func advance(_ seconds: Double) { clock.advance(seconds) }

    var isFresh: Bool { verifier.isFresh }

    var lines: [String] { events.all.withLock { $0 } }
}

/// A verifier of `docs/clients` in a process of its own.
final class ProgramJudge: Judge {
    private let directory: TemporaryDirectory
    private let process: ChildProcess
    private let connection: Mutex<UnixSocket>
    private let output: String

    convenience init(python configuration: JudgeConfiguration) throws {
        try self.init(
            Self.python.get(), ["-B", "\(Self.folder)/Drivers/judge.py"],
            #"""
            {"issuer":"\#(configuration.issuer)","audience":["notes","calendar"],"timeout":\#(configuration.timeout),
            \#(configuration.hasFeed ? #""client_id":"notes","secret":"s3cret","# : "")
            "silence":"\#(configuration.isOpen ? "open" : "closed")","start_timeout":\#(configuration.startTimeout),
            "instance":"host 1"}
            """#)
    }

    convenience init(node configuration: JudgeConfiguration) throws {
        try self.init(
            Executable.required("node", package: "nodejs"), ["--no-warnings", "\(Self.folder)/Drivers/judge.mjs"],
            #"""
            {"issuer":"\#(configuration.issuer)","audience":["notes","calendar"],"timeout":\#(configuration.timeout * 1_000),
            \#(configuration.hasFeed ? #""clientId":"notes","secret":"s3cret","# : "")
            "silence":"\#(configuration.isOpen ? "open" : "closed")","startTimeout":\#(configuration.startTimeout * 1_000),
            "instance":"host 1"}
            """#)
    }

    private init(_ program: String, _ script: [String], _ configuration: String) throws {
        directory = try TemporaryDirectory()
        let (path, output) = (directory.file("judge.sock"), directory.file("judge.out"))
        self.output = output
        let started = try ChildProcess(
            program, script + [Self.clients, path, configuration], environment: Executable.inheritedEnvironment,
            output: output, errors: output)
        process = started
        let socket = try waitUntil(60, every: 5_000) {
            guard started.exit() == nil else { throw Failure("the judge ended: \(text(ofFile: output).suffix(2000))") }
            return try? UnixSocket(path, timeout: 60)
        }
        guard let socket else { throw Failure("the judge does not start: \(text(ofFile: output).suffix(2000))") }
        connection = Mutex(socket)
    }

    func ask(_ line: String) throws -> String {
        do {
            return try connection.withLock { connection in
                try connection.send(Array((line + "\n").utf8))
                return String(decoding: try connection.line(), as: UTF8.self)
            }
        } catch {
            throw Failure("\(error): \(text(ofFile: output).suffix(2000))")
        }
    }

    func judge(_ token: String) throws -> String { try ask("judge \(Data(token.utf8).base64EncodedString())") }

    func advance(_ seconds: Double) throws { _ = try ask("advance \(seconds)") }

    var isFresh: Bool { get throws { try ask("fresh") == "true" } }

    var lines: [String] { get throws { try JSONDecoder().decode([String].self, from: Data(try ask("log").utf8)) } }

    static let folder = #filePath.split(separator: "/").dropLast(2).reduce("") { "\($0)/\($1)" }
    static let root = #filePath.split(separator: "/").dropLast(4).reduce("") { "\($0)/\($1)" }
    static let clients = "\(root)/docs/clients"

    /// The Python that has `cryptography`, Django and Django REST framework.
    static let python = Result<String, any Error> {
        let made = try CommandResult(
            "\(root)/Scripts/verifier-environment", [], environment: Executable.inheritedEnvironment, within: 300)
        guard made.exit == .code(0), let path = made.stdout.split(separator: "\n").last else {
            throw Failure("no Python with the libraries: \(made.stderr)")
        }
        return String(path)
    }
}
