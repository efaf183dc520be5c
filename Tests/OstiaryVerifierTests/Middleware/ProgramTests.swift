// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import OstiaryVerifierTestSupport
import Testing

/// The verifiers of `docs/clients` inside the frameworks of their languages, and in processes that fork.
@Suite(.onItsOwnThread)
struct ProgramTests {
    private static let drivers =
        #filePath.split(separator: "/").dropLast(2).reduce("") { "\($0)/\($1)" } + "/Drivers"

    private struct Answer: Decodable, Equatable {
        let status: Int
        let subject: String?
        let challenge: String?
        let retryAfter: String?

        private struct Body: Decodable { let sub: String? }

        init(from decoder: any Decoder) throws {
            var list = try decoder.unkeyedContainer()
            status = try list.decode(Int.self)
            subject = try list.decode(Body.self).sub
            challenge = try list.decodeIfPresent(String.self)
            retryAfter = try list.decodeIfPresent(String.self)
        }
    }

    private func answers(_ language: Language, _ issuer: String, _ headers: [String?]) throws -> [String: [Answer]] {
        let list = String(decoding: try JSONEncoder().encode(headers), as: UTF8.self)
        let configuration = #"{"issuer":"\#(issuer)","audience":["notes"]}"#
        let (program, script) =
            language == .python
            ? (try ProgramJudge.python.get(), ["-B", "\(Self.drivers)/web.py"])
            : (try Executable.required("node", package: "nodejs"), ["\(Self.drivers)/web.mjs"])
        let result = try CommandResult(
            program, script + [ProgramJudge.clients, configuration, list],
            environment: Executable.inheritedEnvironment, within: 60)
        guard result.exit == .code(0) else { throw Failure("\(result)") }
        return try JSONDecoder().decode([String: [Answer]].self, from: Data(result.stdout.utf8))
    }

    @Test(
        "Django, Django REST framework and an Express-shaped server answer as RFC 6750 says",
        arguments: [Language.python, .javaScript])
    func frameworks(_ language: Language) throws {
        let issuer = try Issuer.ours.get()
        let keys = try issuer.keySet()
        let server = try IssuingServer { _ in .answer(200, body: keys) }
        let good = try Draft(issuer: server.address).signed(by: issuer)
        let expired = try Draft(issuer: server.address).claim("exp", "1").signed(by: issuer)
        let found = try answers(
            language, server.address,
            ["Bearer \(good)", "bearer \(good)", nil, "Bearer \(expired)", "Bearer", "Bearer \(good) x", "Basic YTpi"])
        #expect(Set(found.keys).isSuperset(of: ["anybody", "members"]) && found.count == (language == .python ? 4 : 2))
        for (name, answers) in found {
            try #require(answers.count == 7, "\(name)")
            for answer in answers[..<2] { #expect(answer.status == 200 && answer.subject == "7", "\(name)") }
            let isOpen = name.hasSuffix("anybody")
            #expect(answers[2].status == (isOpen ? 200 : 401) && answers[2].subject == nil, "\(name)")
            #expect(answers[2].challenge == (isOpen ? nil : "Bearer"), "\(name)")
            #expect(answers[3].challenge == #"Bearer error="invalid_token", error_description="expired""#, "\(name)")
            for answer in answers[3...5] { #expect(answer.status == 401 && answer.subject == nil, "\(name)") }
            for answer in answers[3...5] { #expect(answer.challenge?.hasPrefix("Bearer error=") == true, "\(name)") }
            #expect(answers[6] == answers[2], "another scheme is no token: \(name)")
        }
    }

    @Test("while nobody can say they answer 503", arguments: [Language.python, .javaScript])
    func unavailable(_ language: Language) throws {
        let server = try IssuingServer { _ in .answer(503, body: "") }
        let good = try Draft(issuer: server.address).signed(by: .ours.get())
        for (name, answers) in try answers(language, server.address, ["Bearer \(good)"]) {
            #expect(answers.map(\.status) == [503] && answers[0].retryAfter == "5", "\(name)")
            #expect(answers[0].challenge == nil, "\(name)")
        }
    }

    @Test("processes that Python forks follow the feed by themselves")
    func forked() throws {
        let site = try FeedSite()
        let token = try Draft(issuer: site.server.address, session: "a").signed(by: .ours.get())
        let configuration =
            #"{"issuer":"\#(site.server.address)","audience":["notes"],"client_id":"notes","secret":"s3cret"}"#
        let directory = try TemporaryDirectory()
        let output = directory.file("forked")
        let process = try ChildProcess(
            ProgramJudge.python.get(),
            ["-B", "\(Self.drivers)/forked.py", ProgramJudge.clients, configuration, token],
            environment: Executable.inheritedEnvironment, output: output, errors: output)
        // Parent and children have read the list, and wait for more.
        let waiting: Bool? = waitUntil(40) { site.polls.count { $0.query["wait"] == "30" } >= 3 ? true : nil }
        #expect(waiting == true, "\(text(ofFile: output))")
        site.revoke(.session("a"))
        #expect(process.exit(within: 60) == .code(0), "\(text(ofFile: output))")
        #expect(text(ofFile: output) == "[0, 0, 0]\n")
    }
}
