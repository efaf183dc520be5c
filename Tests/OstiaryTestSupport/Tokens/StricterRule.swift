// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// The rules by which this server refuses tokens that other libraries read. A difference that none of them explains is a fault.
package enum StricterRule: String, CaseIterable, Sendable {
    case spelling = "base64url has one spelling: no padding, no other characters, no bits left over (RFC 7515 §2)"
    case duplicates = "no member comes twice (RFC 7515 §4, RFC 8725 §2.4)"
    case numbers = "NaN and Infinity are no JSON (RFC 8259 §6)"
    case mark = "JSON begins with no byte order mark (RFC 8259 §8.1)"
    case algorithm = "alg is that of the key (RFC 8725 §3.1)"
    case keyID = "kid names the key"
    case type = "typ is at+jwt (RFC 9068 §2.1)"
    case critical = "there is no crit (RFC 7515 §4.1.11)"
    case times = "exp, nbf and iat are whole seconds, exp rounded down; nbf and iat are at most a minute ahead"
    case id = "jti is a text of Unicode (RFC 7519 §4.1.7, RFC 8259 §8.2)"
    case account = "sid is the id of a session, user_id a whole number, and sub the same as text"

    /// True if a token breaks the rule.
    /// - Parameter key: the key that signs.
    package func isBroken(by token: TokenText, _ key: PublicKey, now: Timestamp) -> Bool {
        let (header, claims) = (token.object(0), token.object(1))
        func text(_ value: JSONValue?) -> String? { if case .string(let text)? = value { text.text } else { nil } }
        switch self {
        case .spelling: return !token.isCanonical
        case .duplicates: return (0...1).contains { token.object($0, duplicateKeys: .refused) == nil }
        case .numbers:
            return (0...1).contains { index in
                let text = String(decoding: token.bytes(index) ?? [], as: UTF8.self)
                return text.contains(":NaN")
                    && (try? JSONReader.read(Array(text.replacing(":NaN", with: ":1").utf8))) != nil
            }
        case .mark: return (0...1).contains { token.bytes($0)?.starts(with: [0xEF, 0xBB, 0xBF]) == true }
        case .algorithm: return text(header?["alg"]) != key.algorithm
        case .keyID: return text(header?["kid"]) != key.fingerprint
        case .type: return text(header?["typ"])?.lowercased() != "at+jwt"
        case .critical: return header?["crit"] != nil
        case .times:
            return ["exp", "nbf", "iat"].contains { name in
                guard let value = claims?[name] else { return name == "exp" }
                guard case .number(let number) = value, abs(number.double) < 9e18 else { return true }
                let seconds = number.double.rounded(.down)
                return name == "exp" ? seconds <= Double(now.seconds) : seconds > Double(now.seconds + 60)
            }
        case .id:
            guard let value = claims?["jti"] else { return false }
            guard case .string(let text) = value else { return true }
            return text.loneSurrogate != nil
        case .account:
            guard case .number(let user)? = claims?["user_id"], let id = Int64(user.text),
                text(claims?["sub"]) == String(id), let session = text(claims?["sid"])
            else { return true }
            return session.wholeMatch(of: /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/) == nil
        }
    }

    /// The rules that a token breaks.
    package static func broken(by text: String, _ key: PublicKey, now: Timestamp) -> [StricterRule] {
        let token = TokenText(text)
        return allCases.filter { $0.isBroken(by: token, key, now: now) }
    }
}
