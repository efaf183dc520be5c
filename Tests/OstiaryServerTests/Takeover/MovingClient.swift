// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Synchronization

/// What clients saw while paths moved between two services.
final class MoveTally: Sendable {
    struct Counts: Sendable {
        /// By endpoint and by which service it was.
        var answers: [String: Int] = [:]
        var logouts: [String] = []
        var serverErrors: [String] = []
        var differences: [String] = []
        var broken: [String] = []
        /// Registrations that were refused for a reason that the operator was told.
        var refusedRegistrations = 0
    }

    private let counts = Mutex(Counts())
    private let ended = Atomic<Bool>(false)
    private let mayRefuse = Atomic<Bool>(false)

    var result: Counts { counts.withLock { $0 } }
    var isEnded: Bool { ended.load(ordering: .relaxed) }

    func end() { ended.store(true, ordering: .relaxed) }

    /// Whether a registration may be answered 503, since the table has a column that nobody told a value for.
    func allowRefusedRegistrations(_ allow: Bool) { mayRefuse.store(allow, ordering: .relaxed) }
    var allowsRefusedRegistrations: Bool { mayRefuse.load(ordering: .relaxed) }

    func note(_ change: (inout Counts) -> Void) { counts.withLock { change(&$0) } }

    /// Requests that one of the services answered.
    func answered(by service: String) -> Int {
        result.answers.filter { $0.key.hasSuffix(" \(service)") }.reduce(0) { $0 + $1.value }
    }
}

/// A client of such a service: it knows of no move, and compares each answer with the one that the service gave before.
final class MovingClient {
    private let front: Front
    private let tally: MoveTally
    private let email: String
    private let id: Int
    private var username = ""
    private var tokens: Tokens
    private var generator: SeededGenerator

    /// - Parameters:
    ///   - id: of the account with this address and the usual password.
    init(_ front: Front, _ tally: MoveTally, email: String, id: Int, tokens: Tokens, seed: UInt64) {
        (self.front, self.tally, self.email, self.id, self.tokens) = (front, tally, email, id, tokens)
        generator = SeededGenerator(seed: seed)
    }

    /// Goes on until the tally is ended.
    /// - Parameter pause: between two requests, at most, in seconds.
    func run(pause longest: Double) {
        while !tally.isEnded {
            do { try step() } catch { tally.note { $0.broken.append("\(error)") } }
            pause(Double.random(in: 0...longest, using: &generator))
        }
    }

    private func step() throws {
        switch generator.below(20) {
        case 0..<7: try readMe()
        case 7..<10: try writeMe()
        case 10..<15: try refresh()
        case 15: try logOutAndIn()
        case 16, 17: try register()
        default: try wrong()
        }
    }

    private var profile: String { #"{"id":\#(id),"username":"\#(username)","email":"\#(email)"}"# }

    private func readMe() throws {
        try expect(200, profile, "me") { try $0.me(tokens.access) }
    }

    private func writeMe() throws {
        let next = "name \(generator.below(1_000_000))"
        let json = generator.chance(3) ? #"{"username":"\#(next)","email":"\#(email)"}"# : #"{"username":"\#(next)"}"#
        let before = username
        username = next
        if try expect(200, profile, "me", { try $0.put(json, tokens.access) }) == nil { username = before }
    }

    private func refresh() throws {
        guard let answer = try expect(200, nil, "refresh", { try $0.refresh(tokens.refresh) }) else {
            return try logIn()
        }
        try take(answer)
    }

    private func logOutAndIn() throws {
        try expect(200, #"{"success":"User logged out."}"#, "logout") { try $0.logout(tokens.refresh) }
        try expect(400, #"{"error":"Invalid refresh token"}"#, "refresh") { try $0.refresh(tokens.refresh) }
        try logIn()
    }

    private func logIn() throws {
        // As typed on a telephone that puts a blank behind a word.
        let password = generator.chance(4) ? "\(WireClient.password) " : WireClient.password
        guard let answer = try expect(200, nil, "login", { try $0.login(email, password) }) else { return }
        try take(answer)
    }

    private func register() throws {
        let email = freshEmail()
        let answer = try exchange("register") { try $0.register(email) }
        if answer.status == 503, tally.allowsRefusedRegistrations {
            return tally.note { $0.refusedRegistrations += 1 }
        }
        guard let answer = judge(answer, 200, nil, "register"), let id = answer.integer("id") else { return }
        compare(answer.text, #"{"id":\#(id),"username":"","email":"\#(email)"}"#, "register")
        let again = #"{"email":["custom user with this email already exists."]}"#
        if !tally.allowsRefusedRegistrations { try expect(400, again, "register") { try $0.register(email) } }
    }

    /// Requests that are refused for a reason.
    private func wrong() throws {
        let invalid = (401, #"{"error":"Invalid credentials"}"#)
        let spent = (400, #"{"error":"Invalid refresh token"}"#)
        let unknown = "6ba7b810-9dad-41d1-80b4-00c04fd430c8"
        switch generator.below(6) {
        case 0: try expect(invalid.0, invalid.1, "login") { try $0.login(email, "not the password") }
        case 1: try expect(invalid.0, invalid.1, "login") { try $0.login("nobody@mail.example", "not the password") }
        case 2: try expect(spent.0, spent.1, "refresh") { try $0.refresh(unknown) }
        case 3: try expect(spent.0, spent.1, "logout") { try $0.logout("no token at all") }
        case 4:
            let text = #"{"username":["Ensure this field has no more than 150 characters."]}"#
            let json = #"{"username":"\#(String(repeating: "n", count: 151))"}"#
            try expect(400, text, "me") { try $0.put(json, tokens.access) }
        default:
            let text = #"{"email":["Enter a valid email address."],"password":["This field may not be blank."]}"#
            try expect(400, text, "register") { try $0.register("no address", "  ") }
        }
    }

    private func take(_ answer: WireAnswer) throws {
        let next = try Tokens(answer)
        let claim = try AccessToken(next.access)["user_id"]
        compare(claim ?? "none", "\(id)", "user_id")
        tokens = next
    }

    // MARK: - Answers

    /// - Parameter text: nil where it is judged elsewhere.
    /// - Returns: nil for an answer with another status.
    @discardableResult
    private func expect(
        _ status: Int, _ text: String?, _ endpoint: String, _ request: (WireClient) throws -> WireAnswer
    ) throws -> WireAnswer? {
        judge(try exchange(endpoint, request), status, text, endpoint)
    }

    private func exchange(_ endpoint: String, _ request: (WireClient) throws -> WireAnswer) throws -> WireAnswer {
        let answer = try request(front.client)
        // Django sends no request id.
        let service = answer["X-Request-ID"] == nil ? "there" : "here"
        tally.note { $0.answers["\(endpoint) \(service)", default: 0] += 1 }
        return answer
    }

    private func judge(_ answer: WireAnswer, _ status: Int, _ text: String?, _ endpoint: String) -> WireAnswer? {
        guard answer.status == status else {
            tally.note {
                if answer.status >= 500 {
                    $0.serverErrors.append("\(endpoint): \(answer)")
                } else if status == 200 {
                    $0.logouts.append("\(endpoint): \(answer)")
                } else {
                    $0.differences.append("\(endpoint): \(answer), not \(status)")
                }
            }
            return nil
        }
        if let text { compare(answer.text, text, endpoint) }
        compare(answer["Content-Type"] ?? "", "application/json", endpoint)
        return answer
    }

    private func compare(_ found: String, _ expected: String, _ endpoint: String) {
        guard found != expected else { return }
        tally.note { $0.differences.append("\(endpoint): \(found), not \(expected)") }
    }
}
