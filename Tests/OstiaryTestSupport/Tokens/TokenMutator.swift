// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// Access tokens as this server signs them, changed at random in header, claims, base64, signature and parts.
package struct TokenMutator {
    /// The moment of all tokens.
    package static let now = Timestamp(seconds: 1_800_000_000)

    /// The private key that signs; verifiers have ``PrivateKey/publicKey``.
    package let key: PrivateKey
    private let other: PrivateKey
    private let header: [Member]
    private let claims: [Member]
    private let signature: [UInt8]
    private var random: SeededGenerator

    /// A member and its value as JSON.
    private struct Member {
        var name: String
        var value: String
    }

    package init(_ key: PrivateKey, seed: UInt64) throws {
        guard let ring = KeyRing(shared: nil, signers: [key], published: [key.publicKey]) else { throw Failure("ring") }
        let token = AccessToken(
            userID: 17, expiresAt: Self.now.adding(seconds: 900), issuedAt: Self.now, id: "b2c1",
            sessionID: SessionID(bits: 5), authentication: Authentication(at: Self.now))
        let good = TokenText(AccessTokenCodec(keys: ring).sign(token, groups: ["staff"]))
        func members(_ index: Int) throws -> [Member] {
            guard let object = good.object(index) else { throw Failure("no token") }
            return object.members.map { member in
                var json = JSONWriter()
                json.write(member.value)
                return Member(name: member.key, value: String(decoding: json.bytes, as: UTF8.self))
            }
        }
        (self.key, other) = (key, PrivateKey(generating: key.publicKey.jwk.algorithm))
        (header, claims) = try (members(0), members(1))
        guard let signature = good.bytes(2) else { throw Failure("no signature") }
        self.signature = signature
        random = SeededGenerator(seed: seed)
    }

    /// A token whose header, claims or spelling was changed, and which was signed afterwards.
    package mutating func signedAnew() -> String {
        let place = random.below(5)
        let parts = [
            spelled(place == 0 || place == 2 ? changed(header) : text(header), place == 3),
            spelled(place == 1 || place == 2 ? changed(claims) : text(claims), place == 4),
        ]
        let input = Array(parts.joined(separator: [UInt8(ascii: ".")]))
        let signer = random.chance(100) ? other : key
        return String(decoding: input + [UInt8(ascii: ".")] + TokenText.base64URL(signer.sign(input)), as: UTF8.self)
    }

    /// A token that was changed after it was signed; one in eight is as it was.
    package mutating func changedLater() -> String {
        var (header, claims, signature) = (text(header), text(claims), signature)
        var spellings: Set<Int> = []
        var cutting = false
        switch random.below(8) {
        case 0: break
        case 1: header = changed(self.header)
        case 2: claims = changed(self.claims)
        case 3, 4: spellings = [random.below(3)]
        case 5, 6: signature = changedSignature()
        default: cutting = true
        }
        var parts = [header, claims, signature]
        for index in parts.indices { parts[index] = spelled(parts[index], spellings.contains(index)) }
        if cutting { parts = otherParts(parts) }
        return String(decoding: Array(parts.joined(separator: [UInt8(ascii: ".")])), as: UTF8.self)
    }

    // MARK: - Header and claims

    private func text(_ members: [Member], _ space: String = "") -> [UInt8] {
        guard space != "\u{feff}" else { return [0xEF, 0xBB, 0xBF] + text(members) }
        let all = members.map { "\(space)\"\($0.name)\"\(space):\(space)\($0.value)" }
        return Array("{\(all.joined(separator: ","))\(space)}".utf8)
    }

    private mutating func changed(_ members: [Member]) -> [UInt8] {
        var members = members
        let place = random.below(members.count)
        switch random.below(9) {
        case 0: members[place].value = random.pick(Self.values)
        case 1: members[place].value = random.pick(Self.fitting[members[place].name] ?? Self.values)
        case 2: members.remove(at: place)
        case 3: members.insert(random.chance(2) ? members[place] : Member(name: members[place].name, value: "1"), at: 0)
        case 4: members.append(random.pick(Self.additions))
        case 5: members.shuffle(using: &random)
        case 6: return text(members, random.pick([" ", "\n", "\t", "\r\n ", "\u{c}", "\u{feff}"]))
        case 7: members[place] = escaped(members[place])
        default:
            var bytes = text(members)
            let place = random.below(bytes.count)
            bytes[place] = random.chance(2) ? UInt8.random(in: 32...126, using: &random) : random.bytes(1)[0]
            return bytes
        }
        return text(members)
    }

    /// The first letter of name or value as JSON also may have it.
    private mutating func escaped(_ member: Member) -> Member {
        func escape(_ letter: Character) -> String {
            let digits = String(letter.unicodeScalars.first?.value ?? 0, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
        var member = member
        if random.chance(2), let first = member.name.first {
            member.name = escape(first) + member.name.dropFirst()
        } else if member.value.hasPrefix("\""), let first = member.value.dropFirst().first, first != "\"" {
            member.value = "\"" + escape(first) + member.value.dropFirst(2)
        }
        return member
    }

    private static let values = [
        "null", "true", "false", "\"\"", "0", "1", "-1", "17.0", "1e400", "1e18", "[]", "{}", "[1]", "\"\\ud800\"",
        "\"x\"",
        "9223372036854775807", "9223372036854775808", "01", "+1", ".5", "1.", "NaN", "'x'", "\"\u{e9}\"", "tru", "",
    ]
    private static let fitting = [
        "alg": ["none", "HS256", "ES256", "RS256", "EdDSA", "PS256", "es256"].map { "\"\($0)\"" } + ["[\"ES256\"]"],
        "typ": ["AT+JWT", "JWT", "application/at+jwt", "at+jwt ", "refresh+jwt"].map { "\"\($0)\"" },
        "kid": ["\"\"", "\"x\"", "\"../../dev/null\"", "null"],
        "exp": ["1800000000", "1800000000.5", "1800000001", "1.9e9", "1900000000.25", "1799999999", "\"1900000000\""],
        "iat": ["1800000060", "1800000060.9", "1800000061", "1.7e9", "-5", "\"1\""],
        "aud": [
            "[\"ostiary\"]", "[\"x\",\"ostiary\"]", "[\"ostiary\",1]", "[\"x\"]", "\"x\"", "[[\"ostiary\"]]",
            "\"Ostiary\"",
        ],
        "iss": ["\"x\"", "\"Ostiary\"", "[\"ostiary\"]"], "sub": ["17", "\"18\"", "\"017\"", "\"17 \""],
        "user_id": ["18", "\"17\"", "17.0", "17e0", "-0"],
        "sid": ["\"x\"", "5", "\"00000000-0000-0000-0000-00000000000G\"", "\"00000000000000000000000000000005\""],
    ]
    private static let additions = [
        Member(name: "crit", value: "[\"exp\"]"), Member(name: "crit", value: "[]"),
        Member(name: "b64", value: "false"),
        Member(name: "jku", value: "\"http://127.0.0.1:1/\""), Member(name: "nbf", value: "1800000060"),
        Member(name: "nbf", value: "1800000061"), Member(name: "nbf", value: "null"), Member(name: "x", value: "{}"),
        Member(name: "x", value: "{\"y\":1,\"y\":2}"), Member(name: "scope", value: "\"a b\""),
        Member(name: "x", value: String(repeating: "[", count: 14) + String(repeating: "]", count: 14)),
    ]

    // MARK: - Spelling, signature, parts

    private mutating func spelled(_ bytes: [UInt8], _ otherwise: Bool) -> [UInt8] {
        var text = TokenText.base64URL(bytes)
        guard otherwise, !text.isEmpty else { return text }
        let place = random.below(text.count)
        switch random.below(6) {
        case 0: text += Array(repeating: UInt8(ascii: "="), count: 1 + random.below(3))
        case 1: text = text.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "+") : $0 }
        case 2: text = text.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "/") : $0 }
        case 3: text[text.count - 1] = random.pick(Array("ABCDEFGHQRSTgwxyz0123456789-_".utf8))
        case 4: text.insert(random.pick(Array(" \n\r\t=.%\u{7f}".utf8)), at: place)
        default: text[place] = UInt8.random(in: 33...126, using: &random)
        }
        return text
    }

    private mutating func changedSignature() -> [UInt8] {
        var changed = signature
        switch random.below(8) {
        case 0, 1: changed[random.below(changed.count)] ^= 1 << UInt8(random.below(8))
        case 2: changed.removeLast(1 + random.below(changed.count))
        case 3: changed += random.bytes(1 + random.below(3))
        case 4: changed = Array(repeating: random.chance(2) ? 0 : 255, count: changed.count)
        case 5: changed = Array(changed[(changed.count / 2)...] + changed[..<(changed.count / 2)])
        case 6: changed = key.publicKey.jwk.algorithm == .es256 ? negated(changed) : changed.reversed()
        default: changed = other.sign(Array((text(header) + [UInt8(ascii: ".")] + text(claims))))
        }
        return changed
    }

    /// The other good signature of the same text: ECDSA has two, with s and with n − s.
    private func negated(_ signature: [UInt8]) -> [UInt8] {
        let order: [UInt8] =
            [255, 255, 255, 255, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255]
            + [0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51]
        var (result, borrow) = (signature, 0)
        for place in (0..<32).reversed() {
            let difference = Int(order[place]) - Int(signature[32 + place]) - borrow
            result[32 + place] = UInt8(difference & 255)
            borrow = difference < 0 ? 1 : 0
        }
        return result
    }

    private mutating func otherParts(_ parts: [[UInt8]]) -> [[UInt8]] {
        switch random.below(7) {
        case 0: return Array(parts.dropLast(1 + random.below(2)))
        case 1: return parts + [[]]
        case 2: return parts + [parts[random.below(3)]]
        case 3: return parts.shuffled(using: &random)
        case 4: return [[]] + parts
        case 5: return [parts[0], parts[1], []]
        default: return [Array("Bearer ".utf8) + parts[0], parts[1], parts[2]]
        }
    }
}
