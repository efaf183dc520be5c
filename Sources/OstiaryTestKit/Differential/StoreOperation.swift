// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// A call of a store. Users are given by the order of their creation, since each store assigns its own ids.
enum StoreOperation: Sendable {
    case create(email: EmailAddress, password: String, text: String)
    case user(Int)
    case credential(EmailAddress, from: Network?)
    /// - Parameter proof: 0 for the authority of an operator, 1 a password, 2 none, else the number of a session.
    case update(Int, email: EmailAddress?, username: String?, proof: Int)
    case setActive(Int, Bool)
    case replacePassword(Int, current: String, new: String)
    case resetPassword(Int, new: String)
    case delete(Int)
    case list(after: Int, limit: Int)
    case open(Int, number: Int, password: String, text: String, from: Network?, TokenLifetimes)
    case changePassword(Int, number: Int, password: String, new: String, from: Network?, TokenLifetimes)
    case rotate(Int, to: Int, key: String?, isThrottled: Bool, TokenLifetimes)
    case session(of: Int)
    case end(Int)
    case standing(session: Int?, user: Int)
    case deleteExpired
    /// - Parameter was: the value that has to be in force before; nil for any.
    case set(String, Int, was: Int?)
    case unset(String, was: Int?)
    case countLive(secondsAgo: Int, limit: Int)
    case settings
    case observe(String, text: String?, before: String?, late: Bool)
    case entries(String?, limit: Int)
    case keep([String: String])
    case lastKnown
    case claim(String)
}

extension StoreOperation {
    /// - Parameters:
    ///   - index: the position in the run, from which the numbers of new sessions and tokens are made.
    ///   - given: the numbers of the tokens that may exist.
    static func random(_ index: Int, given: [Int], using generator: inout some RandomNumberGenerator) -> StoreOperation
    {
        func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &generator) }
        func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }
        func user() -> Int { below(max(1, min(12, index / 8 + 1))) }
        func password() -> String { below(8) > 0 ? "one" : "two" }
        // Mostly recent tokens.
        func token() -> Int {
            pick([given.last, given.dropLast().last, given.suffix(8).first, given.randomElement(using: &generator)])
                ?? 0
        }
        let lifetimes = TokenLifetimes(
            accessToken: pick([60, 600]), refreshToken: pick([300, 3_000]), session: pick([nil, nil, 900]),
            reuseInterval: pick([0, 0, 100])
        )
        switch below(40) {
        case 0...3: return .create(email: pick(emails), password: password(), text: pick(texts))
        case 4: return .user(user())
        case 5: return .credential(pick(emails), from: pick(networks))
        case 6:
            return .update(
                user(), email: pick([nil, pick(emails)]), username: pick([nil, pick(texts)]),
                proof: pick([0, 0, 1, 2, token()]))
        case 7: return .setActive(user(), below(8) > 0)
        case 8: return .replacePassword(user(), current: password(), new: password())
        case 9: return below(6) == 0 ? .resetPassword(user(), new: password()) : .user(user())
        case 10: return below(12) == 0 ? .delete(user()) : .user(user())
        case 11: return .list(after: user(), limit: below(6))
        case 12: return below(4) == 0 ? .session(of: token()) : .credential(pick(emails), from: pick(networks))
        case 13...18:
            return .open(
                user(), number: index, password: password(), text: pick(texts), from: pick(networks), lifetimes)
        case 19 where below(4) == 0:
            return .changePassword(
                user(), number: index, password: password(), new: password(), from: pick(networks), lifetimes)
        case 19...28:
            return .rotate(
                token(), to: index, key: pick([nil, "one", "two"]), isThrottled: below(10) == 0, lifetimes)
        case 29...30: return .end(token())
        case 31: return .standing(session: pick([nil, token()]), user: user())
        case 32:
            return below(4) > 0 ? .deleteExpired : .countLive(secondsAgo: pick([0, 100, 1_000]), limit: 1 + below(20))
        case 33: return .set(pick(names), pick([0, 1, -1, .max, .min]), was: pick([nil, 0, 1, -1]))
        case 34: return .unset(pick(names), was: pick([nil, nil, 0, 1]))
        case 35: return .settings
        case 36:
            return .observe(
                pick(names), text: pick([nil, pick(texts)]), before: pick([nil, "x"]), late: below(4) == 0)
        case 37: return .entries(pick([nil, pick(names)]), limit: below(8))
        case 38: return below(2) == 0 ? .keep([pick(names): pick(texts), "Z": "z"]) : .lastKnown
        default: return .claim(pick(names))
        }
    }

    private static let emails = (0..<10).flatMap { number in
        ["user\(number)@example.com", "USER\(number)@Example.COM", "uSeR\(number)@example.com"].compactMap(
            EmailAddress.init(_:))
    }

    private static let networks: [Network?] =
        [nil] + ["192.0.2.1", "192.0.2.2", "2001:db8::1"].compactMap(IPAddress.init).map(Network.init)

    private static let names = ["A", "B", "'; --", "Ä"]

    /// Texts that a database might misread.
    static let texts = [
        "", " ", "a", "A", "'; DROP TABLE ostiary_user; --", "\\", "\\x41", "\"", "%_", "NULL", "1e3", "$1", "?",
        "e\u{301}", "\u{E9}", "İıſß", "\u{202E}<b>", "line\r\nbreak\t", "\u{FEFF}\u{FFFF}",
        String(String.UnicodeScalarView((0...16).compactMap { Unicode.Scalar(UInt32($0) * 0x1_0000 + 0xFFFD) })),
    ]
}
