// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
package import OstiaryVerifier
import Synchronization

/// The verifiers in three languages.
package enum Language: String, CaseIterable, Sendable {
    case swift = "Swift"
    case python = "Python"
    case javaScript = "JavaScript"
}

/// The choices of a verifier that the tests make.
package struct JudgeConfiguration: Sendable {
    package var issuer: String
    /// The address of keys and feed; nil for the issuer.
    package var server: String?
    package var clientID = "notes"
    package var secret = "s3cret"
    package var hasFeed = true
    package var isOpen = false
    /// Seconds without a page after which the feed counts as silent.
    package var silence = 90.0
    /// Seconds that the first tokens wait for the feed.
    package var startTimeout = 20.0
    package var timeout = 5
    /// The name by which the server tells it from others of its client.
    package var instance = "host 1"

    package init(
        issuer: String, hasFeed: Bool = true, isOpen: Bool = false, startTimeout: Double = 20, timeout: Int = 5
    ) {
        self.issuer = issuer
        self.hasFeed = hasFeed
        self.isOpen = isOpen
        self.startTimeout = startTimeout
        self.timeout = timeout
    }
}

extension JudgeConfiguration {
    fileprivate var keysAddress: String? { server.map { $0 + "/.well-known/jwks.json" } }
    fileprivate var feedAddress: String? { server.map { $0 + "/api/revocations/" } }

    /// The arguments of a verifier of `docs/clients`.
    /// - Parameter names: those of the arguments in its language.
    fileprivate func json(names: [String]) throws -> String {
        let texts = [
            hasFeed ? clientID : nil, hasFeed ? secret : nil, keysAddress, hasFeed ? feedAddress : nil,
        ].map { $0.map { "\"\($0)\"" } }
        let values = texts + ["\(startTimeout)", "\(timeout)", "\(silence)"]
        let more = zip(names, values).compactMap { name, value in value.map { ",\"\(name)\":\($0)" } }.joined()
        return """
            {"issuer":"\(issuer)","audience":["notes","calendar"],"silence":"\(isOpen ? "open" : "closed")",
            "instance":"\(instance)"\(more)}
            """
    }
}

/// A verifier that runs.
package protocol Judge: Sendable {
    /// - Returns: `ok` with the subject, `refused` or `unavailable` with the reason.
    func judge(_ token: String) async throws -> String
    /// Moves its clocks forward.
    func advance(_ seconds: Double) async throws
    var isFresh: Bool { get async throws }
    /// The lines for the log so far.
    var lines: [String] { get async throws }
}

extension Language {
    package func start(_ configuration: JudgeConfiguration) async throws -> any Judge {
        switch self {
        case .swift: try await SwiftJudge(configuration)
        case .python: try ProgramJudge(python: configuration)
        case .javaScript: try ProgramJudge(node: configuration)
        }
    }
}

/// `OstiaryVerifier` in this process.
package final class SwiftJudge: Judge {
    package let verifier: TokenVerifier
    private let clock = TestClock()
    private let events: Events
    private let following: Task<Void, Never>

    private final class Events: Sendable {
        let all = Mutex<[String]>([])
    }

    package init(_ configuration: JudgeConfiguration) async throws {
        let events = Events()
        var options = TokenVerifier.Options()
        options.clock = clock.clock
        options.timeout = .seconds(configuration.timeout)
        options.onEvent = { event in events.all.withLock { $0.append(event.description) } }
        var feed = RevocationFeed(clientID: configuration.clientID, secret: configuration.secret)
        feed.address = configuration.feedAddress
        options.keysAddress = configuration.keysAddress
        let silence = Duration.seconds(configuration.silence)
        feed.silence = configuration.isOpen ? .open(after: silence) : .closed(after: silence)
        feed.instance = configuration.instance
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

    package func judge(_ token: String) async -> String {
        do throws(VerificationError) {
            return "ok \(try await verifier.verify(token).subject)"
        } catch {
            switch error {
            case .refused(let reason): return "refused \(reason.rawValue)"
            case .unavailable(let reason): return "unavailable \(reason.rawValue)"
            }
        }
    }

    package func advance(_ seconds: Double) { clock.advance(seconds) }

    package var isFresh: Bool { verifier.isFresh }

    package var lines: [String] { events.all.withLock { $0 } }
}

/// A verifier of `docs/clients` in a process of its own.
package final class ProgramJudge: Judge {
    private let directory: TemporaryDirectory
    private let process: ChildProcess
    private let connection: Mutex<UnixSocket>
    private let output: String

    convenience init(python configuration: JudgeConfiguration) throws {
        try self.init(
            Self.python.get(), ["-B", "\(Self.folder)/Drivers/judge.py"],
            configuration.json(
                names: ["client_id", "secret", "keys_url", "feed_url", "start_timeout", "timeout", "silence_after"]))
    }

    convenience init(node configuration: JudgeConfiguration) throws {
        try self.init(
            Executable.required("node", package: "nodejs"), ["--no-warnings", "\(Self.folder)/Drivers/judge.mjs"],
            configuration.json(
                names: ["clientId", "secret", "keysUrl", "feedUrl", "startTimeout", "timeout", "silenceAfter"]))
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

    package func ask(_ line: String) throws -> String {
        do {
            return try connection.withLock { connection in
                try connection.send(Array((line + "\n").utf8))
                return String(decoding: try connection.line(), as: UTF8.self)
            }
        } catch {
            throw Failure("\(error): \(text(ofFile: output).suffix(2000))")
        }
    }

    package func judge(_ token: String) throws -> String { try ask("judge \(Data(token.utf8).base64EncodedString())") }

    package func advance(_ seconds: Double) throws { _ = try ask("advance \(seconds)") }

    package var isFresh: Bool { get throws { try ask("fresh") == "true" } }

    package var lines: [String] {
        get throws { try JSONDecoder().decode([String].self, from: Data(try ask("log").utf8)) }
    }

    private static let folder = #filePath.split(separator: "/").dropLast(1).reduce("") { "\($0)/\($1)" }
    package static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
    package static let clients = "\(root)/docs/clients"

    /// The Python that has `cryptography`, Django and Django REST framework.
    package static let python = Result<String, any Error> {
        let made = try CommandResult(
            "\(root)/Scripts/verifier-environment", [], environment: Executable.inheritedEnvironment, within: 300)
        guard made.exit == .code(0), let path = made.stdout.split(separator: "\n").last else {
            throw Failure("no Python with the libraries: \(made.stderr)")
        }
        return String(path)
    }
}
