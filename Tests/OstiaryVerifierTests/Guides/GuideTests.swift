// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import OstiaryTestSupport
import OstiaryVerifier
import OstiaryVerifierTestSupport
import Testing

/// The guide for APIs and the article about the library: their programs, as they are written there, before a server of tests.
@Suite(.onItsOwnThread)
struct GuideTests {
    private static let guide = "docs/guides/protect-your-api.md"
    private static let article = "Sources/OstiaryVerifier/OstiaryVerifier.docc/Verifier.md"

    private let site: FeedSite
    private let good: String
    private let ended: String

    init() throws {
        site = try FeedSite()
        site.revoke(.session("ended"))
        let draft = Draft(issuer: site.server.address).claim("tenant", #""blue""#)
        good = try draft.signed(by: .ours.get())
        ended = try draft.claim("sid", #""ended""#).signed(by: .ours.get())
    }

    /// The code blocks of a language, with the test's server for that of the page.
    private func blocks(_ path: String, _ language: String) throws -> [String] {
        let page = text(ofFile: "\(ProgramJudge.root)/\(path)")
        let blocks = page.split(separator: "```\(language)\n").dropFirst().map { part in
            String(part[..<(part.firstRange(of: "\n```")?.lowerBound ?? part.endIndex)])
        }
        guard !blocks.isEmpty else { throw Failure("\(path) has no program in \(language)") }
        return blocks.map { $0.replacing("https://id.example.com", with: site.server.address) }
    }

    /// The lines of a text without their indentation.
    private static func bare(_ text: String) -> String {
        text.split(separator: "\n").map { String($0.drop { $0 == " " }) }.filter { !$0.hasPrefix("import ") }
            .joined(separator: "\n")
    }

    @Test("each program in Swift is a part of a source that is compiled and run")
    func blocksInSwift() throws {
        let folder = #filePath.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
        let sources = ["ProtectedNotes", "ArticlePrograms"].map { Self.bare(text(ofFile: "\(folder)/\($0).swift")) }
        for path in [Self.guide, Self.article] {
            for block in try blocks(path, "swift") {
                let lines = Self.bare(block).replacing("\"\(site.server.address)\"", with: "issuer")
                #expect(sources.contains { $0.contains(lines) }, "\(path): \(block)")
            }
        }
    }

    @Test("Swift: the application answers, and refuses the token of a session that has ended")
    func swift() async throws {
        let application = try protectedNotes(site.server.address, "notes", "s3cret")
        try await application.test(.live) { client in
            let deadline = Deadline(20)
            while try await client.execute(uri: "/readyz", method: .get, body: nil).status != .ok, !deadline.passed {
                try await Task.sleep(for: .milliseconds(10))
            }
            func ask(_ token: String) async throws -> TestResponse {
                try await client.execute(uri: "/notes", method: .get, headers: [.authorization: "Bearer \(token)"])
            }
            #expect(try await String(buffer: ask(good).body) == "Notes of account 7")
            let refused = try await ask(ended)
            #expect(refused.status == .unauthorized)
            #expect(refused.headers[.wwwAuthenticate]?.contains("session_ended") == true)
        }
        let found = try await ArticlePrograms.verify(site.server.address, "notes", "s3cret", good)
        #expect(found == ArticlePrograms.Found(subject: "7", tenant: "blue", immediate: "7"))
    }

    @Test("Swift: outcomes, and lines for the log")
    func outcomes() async throws {
        let lines = Switch<[String]>([])
        let logger = Logger(label: "test") { _ in LineHandler(lines: lines) }
        let isAway = Switch(true)
        let keys = try Issuer.ours.get().keySet()
        let transport = StubTransport { _, _ in isAway.value ? .text(503, "") : .text(200, keys) }
        var options = ArticlePrograms.loggingOptions(logger)
        let clock = TestClock()
        options.clock = clock.clock
        let verifier = try TokenVerifier(
            issuer: site.server.address, audience: ["notes"], options: options, transport: transport)
        #expect(await ArticlePrograms.outcome(verifier, good) == .later)
        #expect(lines.value == ["public keys not fetched: status 503"])
        isAway.set(false)
        clock.advance(2)
        #expect(await ArticlePrograms.outcome(verifier, good) == .accepted("7"))
        #expect(await ArticlePrograms.outcome(verifier, "x") == .unauthorized("malformed"))
    }

    private static let environment = Executable.inheritedEnvironment.merging([
        "OSTIARY_CLIENT_ID": "notes", "OSTIARY_CLIENT_SECRET": "s3cret",
    ]) { $1 }

    @Test("Python: the plain program, and the views of Django and Django REST framework")
    func python() throws {
        let blocks = try blocks(Self.guide, "python")
        try #require(blocks.count == 3, "each is run")
        let driver = #filePath.split(separator: "/").dropLast(2).reduce("") { "\($0)/\($1)" } + "/Drivers/guide.py"
        let result = try CommandResult(
            ProgramJudge.python.get(), ["-B", driver, ProgramJudge.clients] + blocks + [good, ended],
            environment: Self.environment, within: 60)
        let expected =
            #"[[200, "7"], [401, "session_ended"], [200, "7"], [401, null], [200, "7"], [401, null]]"# + "\n"
        #expect(result.exit == .code(0) && result.stdout == expected, "\(result)")
    }

    @Test("node: the server answers, and refuses the token of a session that has ended")
    func node() async throws {
        let blocks = try blocks(Self.guide, "js")
        try #require(blocks.count == 1, "each is run")
        let directory = try TemporaryDirectory()
        let port = try FreePorts.next()
        try FileManager.default.copyItem(
            atPath: "\(ProgramJudge.clients)/verifier.mjs", toPath: directory.file("verifier.mjs"))
        let program = blocks[0].replacing("listen(3000)", with: "listen(\(port))")
        #expect(program != blocks[0])
        try Data(program.utf8).write(to: URL(filePath: directory.file("notes.mjs")))
        let process = try ChildProcess(
            Executable.required("node", package: "nodejs"), [directory.file("notes.mjs")],
            environment: Self.environment,
            output: directory.file("out"), errors: directory.file("out"))
        let curl = try Executable.required("curl", package: "curl")
        func ask(_ token: String) throws -> String {
            try CommandResult(
                curl,
                [
                    "-s", "-i", "--retry", "30", "--retry-connrefused", "-H", "Authorization: Bearer \(token)",
                    "http://127.0.0.1:\(port)/",
                ], within: 60
            ).stdout
        }
        let answer = try ask(good)
        #expect(answer.hasSuffix("Notes of account 7\n"), "\(answer) \(text(ofFile: directory.file("out")))")
        let refused = try ask(ended)
        #expect(refused.contains(" 401 ") && refused.contains("session_ended"), "\(refused)")
        process.killNow()
    }
}

/// Keeps the lines of a logger.
private struct LineHandler: LogHandler {
    let lines: Switch<[String]>
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { lines.change { $0.append(event.message.description) } }
}
