// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport

@testable import OstiaryCore

/// Test vectors of Wycheproof, which swift-crypto has beside its own tests. They are read from its checkout.
struct Wycheproof {
    enum Verdict: String { case valid, invalid, acceptable }

    /// A signature to judge.
    struct Vector: Sendable {
        let id: Int64
        let message: [UInt8]
        let signature: [UInt8]
        let verdict: Verdict
        let flags: [String]
    }

    /// Vectors of one key.
    struct Group: Sendable {
        /// The key as the file has it, a JWK where there is one.
        let key: JSONValue?
        /// The same as an uncompressed point, which files of elliptic curves have.
        let point: [UInt8]?
        /// `SHA-256`; empty where the algorithm has its own.
        let hash: String
        /// The bits of an RSA modulus; 0 for others.
        let bits: Int64
        let vectors: [Vector]
    }

    let groups: [Group]

    /// - Parameter file: relative to the tests of swift-crypto.
    init(_ file: String) throws {
        let root = #filePath.split(separator: "/").dropLast(4).reduce("") { "\($0)/\($1)" }
        let path = "\(root)/.build/checkouts/swift-crypto/Tests/\(file)"
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure("no vectors at \(path): the tests are built in .build of the package")
        }
        let document = try Member(JSONReader.read(Array(data)))
        groups = try document.array("testGroups").map { group in
            Group(
                key: group["publicKeyJwk"] ?? group["keyJwk"],
                point: try group.object("publicKey")?.text("uncompressed").map(Self.bytes),
                hash: group.text("sha") ?? "", bits: group.integer("keysize") ?? 0,
                vectors: try group.array("tests").map(Self.vector))
        }
        let count = groups.reduce(0) { $0 + $1.vectors.count }
        guard count > 0, document.integer("numberOfTests") == Int64(count) else { throw Failure("\(count) vectors") }
    }

    private static func vector(_ test: Member) throws -> Vector {
        guard let id = test.integer("tcId"), let message = test.text("msg"), let signature = test.text("sig"),
            let verdict = test.text("result").flatMap(Verdict.init(rawValue:)), case .array(let flags)? = test["flags"]
        else { throw Failure("no vector") }
        return Vector(
            id: id, message: try bytes(message), signature: try bytes(signature), verdict: verdict,
            flags: flags.compactMap { if case .string(let flag) = $0 { flag.text } else { nil } })
    }

    /// Bytes from their hexadecimal digits.
    static func bytes(_ text: String) throws -> [UInt8] {
        let digits = Array(text.utf8)
        let bytes = stride(from: 0, to: digits.count, by: 2).compactMap { place -> UInt8? in
            guard place + 1 < digits.count, let high = digits[place].hexadecimalValue,
                let low = digits[place + 1].hexadecimalValue
            else { return nil }
            return UInt8(high << 4 | low)
        }
        guard bytes.count * 2 == digits.count else { throw Failure("no bytes: \(text)") }
        return bytes
    }
}

/// A JSON object of a file.
private struct Member {
    private let object: JSONObject

    init(_ value: JSONValue) throws {
        guard case .object(let object) = value else { throw Failure("no object") }
        self.object = object
    }

    subscript(name: String) -> JSONValue? { object[name] }

    func text(_ name: String) -> String? { if case .string(let text)? = object[name] { text.text } else { nil } }

    func integer(_ name: String) -> Int64? {
        if case .number(let number)? = object[name] { number.integer } else { nil }
    }

    func object(_ name: String) -> Member? { object[name].flatMap { try? Member($0) } }

    func array(_ name: String) throws -> [Member] {
        guard case .array(let elements)? = object[name] else { throw Failure("no \(name)") }
        return try elements.map(Member.init)
    }
}
