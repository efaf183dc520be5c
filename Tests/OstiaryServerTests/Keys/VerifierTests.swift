// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import JWTKit
import OstiaryCore
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// Other libraries read the tokens by the public keys, and refuse wrong ones. `docs/features/keys.md` has the table, which is
    /// compared; `OSTIARY_WRITE_TABLES=1` writes it anew.
    @Suite struct Verifiers {
        private static let path = "docs/features/keys.md"
        private static let heading = "| library | ES256 | RS256 | EdDSA |\n|---|---|---|---|\n"
        private static let issuer = "https://id.example.com"

        @Test("tokens are read, wrong ones are refused, and the page says by whom")
        func table() async throws {
            let site = try KeySite(.sqlite, 1, ["--public-url", Self.issuer])
            let client = site.clients[0]
            let (email, _) = try client.newSession()
            try site.set("TOKEN_AUDIENCE", "notes,calendar")
            let url = "http://127.0.0.1:\(site.servers[0].port)/.well-known/jwks.json"
            var rows: [String: [Bool]] = [:]
            var before: String?
            for algorithm in [KeyAlgorithm.es256, .rs256, .eddsa] {
                let id = try site.rotate(algorithm.rawValue, now: true)
                if let before { try site.command(["keys", "revoke", before, "--yes"]) }
                before = id
                try site.waitForKeys([id])
                let samples = try Samples(signedIn(client, email, by: id), site.privateKey(id))
                let driver = try VerifierDriver(url, issuer: Self.issuer, audience: "calendar")
                for (library, answers) in try driver.judge(samples.tokens.map(\.token), algorithm) {
                    judge(library, algorithm, answers, samples, &rows)
                }
                let set = try await JWTKeyCollection().add(jwksJSON: client.publicKeyDocument().text)
                var answers: [VerifierDriver.Answer] = []
                for (_, token) in samples.tokens {
                    do {
                        answers.append(.claims(try await set.verify(token, as: ForeignClaims.self).sub.value))
                    } catch { answers.append(.refused("\(error)")) }
                }
                judge("jwt-kit", algorithm, answers, samples, &rows)
            }
            try compare(rows)
            #expect(site.terminate())
        }

        /// A key that is published, and signs nothing yet, disturbs nobody.
        @Test(
            "a second key in the set does not keep a library from reading the first",
            arguments: [KeyAlgorithm.rs256, .eddsa])
        func second(_ other: KeyAlgorithm) throws {
            let site = try KeySite()
            let client = site.clients[0]
            let (email, _) = try client.newSession()
            let id = try site.rotate("ES256", now: true)
            try site.waitForKeys([id, site.rotate(other.rawValue)])
            let token = try signedIn(client, email, by: id).text
            let url = "http://127.0.0.1:\(site.servers[0].port)/.well-known/jwks.json"
            let driver = try VerifierDriver(url, issuer: "ostiary", audience: "ostiary")
            for (library, answers) in try driver.judge([token], .es256) {
                let isRead = answers.allSatisfy { $0.isAccepted }
                #expect(isRead, "\(library): \(answers)")
            }
            #expect(site.terminate())
        }

        private func judge(
            _ library: String, _ algorithm: KeyAlgorithm, _ answers: [VerifierDriver.Answer], _ samples: Samples,
            _ rows: inout [String: [Bool]]
        ) {
            guard answers.count == samples.tokens.count else {
                Issue.record("\(library) gives \(answers.count) answers")
                return
            }
            rows[library, default: []].append(answers[0].isAccepted)
            if case .claims(let subject) = answers[0] { #expect(subject == samples.user, "\(library)") }
            if case .refused(let reason) = answers[0] { print("\(library) \(algorithm.rawValue): \(reason)") }
            for (answer, sample) in zip(answers, samples.tokens).dropFirst() {
                #expect(!answer.isAccepted, "\(library) accepts \(algorithm.rawValue) with \(sample.name)")
            }
        }

        private func signedIn(_ client: WireClient, _ email: String, by id: String) throws -> (
            text: String, token: AccessToken
        ) {
            let found: (String, AccessToken)? = try waitUntil(30) {
                let text = try client.tokens(email).access
                let token = try AccessToken(text)
                return token.headerMember("kid") == id ? (text, token) : nil
            }
            guard let found else { throw Failure("\(id) does not sign") }
            return found
        }

        private func compare(_ rows: [String: [Bool]]) throws {
            let lines = rows.sorted { $0.key.lowercased() < $1.key.lowercased() }.map { library, reads in
                "| \(library) | \(reads.map { $0 ? "yes" : "no" }.joined(separator: " | ")) |\n"
            }
            let page = try Page(Self.path).text
            let start = try #require(page.firstRange(of: Self.heading)?.upperBound, "the table is missing")
            let rest = page[start...].split(separator: "\n", omittingEmptySubsequences: false).drop {
                $0.hasPrefix("|")
            }
            let made = page[..<start] + lines.joined() + rest.joined(separator: "\n")
            if environmentNumber("OSTIARY_WRITE_TABLES") == 1 {
                try Data(String(made).utf8).write(to: URL(filePath: "\(Page.root)/\(Self.path)"))
                return
            }
            #expect(made == page, "OSTIARY_WRITE_TABLES=1 writes the table anew:\n\(lines.joined())")
        }
    }
}

/// A good token, and wrong ones made of it; the first is the good one.
struct Samples {
    let tokens: [(name: String, token: String)]
    let user: String

    init(_ good: (text: String, token: AccessToken), _ key: PrivateKey) throws {
        let token = good.token
        let parts = good.text.split(separator: ".").map(String.init)
        let payload = Base64URL.encode(Array(token.with("sub", #""999""#).payload.utf8))
        guard var signature = Base64URL.decode(parts[2]) else { throw Failure("no signature") }
        signature[5] ^= 1
        let kid = key.fingerprint
        let unsigned = token.withHeader(#"{"alg":"none","typ":"at+jwt","kid":"\#(kid)"}"#).signed(by: key)
        let shared = token.withHeader(#"{"alg":"HS256","typ":"at+jwt","kid":"\#(kid)"}"#)
        tokens = [
            ("nothing changed", good.text),
            ("a changed payload", "\(parts[0]).\(payload).\(parts[2])"),
            ("a changed signature", "\(parts[0]).\(parts[1]).\(Base64URL.encode(signature))"),
            ("an exp in the past", token.with("exp", "1700000000").with("iat", "1600000000").signed(by: key)),
            ("another audience", token.without(audience: #""other""#).signed(by: key)),
            ("another key", token.signed(by: PrivateKey(generating: key.publicKey.jwk.algorithm))),
            ("alg none", String(unsigned.prefix(through: unsigned.lastIndex(of: ".") ?? unsigned.startIndex))),
            ("HS256 by the PEM", shared.signed(with: key.publicKey.pem)),
            ("HS256 by the PEM with its line end", shared.signed(with: key.publicKey.pem + "\n")),
        ]
        user = token["sub"]?.replacing("\"", with: "") ?? ""
    }
}

extension AccessToken {
    /// The same with another `aud` in place of the list, whose comma ``with(_:_:)`` would not understand.
    fileprivate func without(audience: String) -> AccessToken {
        AccessToken(header: header, payload: payload.replacing(#"["notes","calendar"]"#, with: audience))
    }
}

/// The claims as an application with jwt-kit checks them.
private struct ForeignClaims: JWTPayload {
    var sub: SubjectClaim
    var exp: ExpirationClaim
    var aud: AudienceClaim
    var iss: IssuerClaim

    func verify(using algorithm: some JWTAlgorithm) throws {
        try exp.verifyNotExpired()
        try aud.verifyIntendedAudience(includes: "calendar")
    }
}

/// Python with the libraries.
private struct VerifierDriver {
    enum Answer {
        /// The `sub`.
        case claims(String)
        case refused(String)

        var isAccepted: Bool { if case .claims = self { true } else { false } }
    }

    private let arguments: [String]

    init(_ url: String, issuer: String, audience: String) throws {
        let folder = #filePath.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
        arguments = ["-B", "\(folder)/Drivers/verify.py", url, issuer, audience]
    }

    private static let libraries = [
        "PyJWT", "joserfc", "jwcrypto", "cryptojwt", "Authlib", "djangorestframework-simplejwt", "python-jose",
    ]

    /// - Returns: the answers of each library, by its name and version.
    func judge(_ tokens: [String], _ algorithm: KeyAlgorithm) throws -> [(library: String, answers: [Answer])] {
        let lines = Self.libraries.flatMap { library in
            tokens.map { #"{"library":"\#(library)","algorithm":"\#(algorithm.rawValue)","token":"\#($0)"}"# }
        }
        let result = try CommandResult(
            VerifierPython.path(), arguments, environment: Executable.inheritedEnvironment,
            input: lines.joined(separator: "\n") + "\n", within: 120)
        let answers = try result.stdout.split(separator: "\n").map { line in
            let document = try Document(String(line))
            let claims = document.object("claims")
            return (
                document["version"] ?? "",
                claims.map { Answer.claims($0["sub"] ?? "") } ?? .refused(document["refused"] ?? "")
            )
        }
        guard result.exit == .code(0), answers.count == lines.count else {
            throw Failure("\(answers.count) answers: \(result.stderr.suffix(2_000))")
        }
        return Self.libraries.enumerated().map { index, library in
            let own = answers[(index * tokens.count)..<((index + 1) * tokens.count)]
            return ("\(library) \(own.first?.0 ?? "")", own.map(\.1))
        }
    }
}

/// The Python with the libraries by which tokens are verified.
enum VerifierPython {
    static func path() throws -> String { try made.get() }

    /// Made at first need; that takes some seconds and the network, later it is there.
    private static let made = Result {
        let made = try CommandResult(
            "\(Page.root)/Scripts/verifier-environment", [], environment: Executable.inheritedEnvironment, within: 300)
        guard made.exit == .code(0) else { throw Failure("no environment: \(made.stderr.suffix(2_000))") }
        return String(made.stdout.prefix { $0 != "\n" })
    }
}
