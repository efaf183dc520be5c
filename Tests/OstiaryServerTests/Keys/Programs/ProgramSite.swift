// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryCore
import OstiaryTestSupport

/// Two servers on one database, of which one speaks TLS by an authority of the test: programs fetch keys by https only.
struct ProgramSite {
    static let issuer = "https://id.example.com"

    let keys: KeySite
    let secure: ServerProcess
    let authority: CertificateAuthority
    let directory: TemporaryDirectory
    /// A client that may introspect.
    let client: ServiceClient
    let email: String
    private let curl: Curl

    init() throws {
        directory = try TemporaryDirectory()
        // Some programs give up their rights, and read their files as another user.
        guard chmod(directory.path, 0o755) == 0 else { throw Failure("chmod") }
        authority = try CertificateAuthority(in: directory)
        let certificate = try authority.certificate(for: "localhost")
        let curl = Curl(trusting: authority.file, host: "localhost")
        self.curl = curl
        keys = try KeySite(.sqlite, 1, ["--public-url", Self.issuer])
        secure = try ServerProcess(
            [
                "--public-url", Self.issuer, "--database-url", keys.url, "--tls-cert", certificate.file, "--tls-key",
                certificate.key,
            ], status: { port in (try? curl.exchange(port, "/readyz"))?.status })
        try keys.set("TOKEN_AUDIENCE", "notes,calendar")
        client = try keys.addClient("programs", may: "introspect")
        email = try keys.clients[0].newSession().email
    }

    /// The address of the server that speaks TLS.
    var address: String { "https://localhost:\(secure.port)" }

    /// Signs with a new key of an algorithm, and with no other public key.
    /// - Parameter before: the key that is revoked.
    func sign(by algorithm: KeyAlgorithm, before: String?) throws -> String {
        let id = try keys.rotate(algorithm.rawValue, now: true)
        if let before { try keys.command(["keys", "revoke", before, "--yes"]) }
        try keys.waitForKeys([id])
        let seen: Bool? = try waitUntil(30) {
            let document = try curl.exchange(secure.port, "/.well-known/jwks.json")?.body ?? "{}"
            return try Document(document).array("keys").compactMap { $0["kid"] } == [id] ? true : nil
        }
        guard seen == true else { throw Failure("the server with TLS does not have \(id)") }
        return id
    }

    /// A new session whose access token a key has signed.
    func session(by id: String) throws -> Tokens {
        let found: Tokens? = try waitUntil(30) {
            let tokens = try keys.clients[0].tokens(email)
            return try AccessToken(tokens.access).headerMember("kid") == id ? tokens : nil
        }
        guard let found else { throw Failure("\(id) does not sign") }
        return found
    }

    /// Ends the session at the server that programs ask.
    func end(_ tokens: Tokens) throws {
        let answer = try curl.post(
            secure.port, "/api/logout/", json: "{\"refresh_token\":\(jsonText(tokens.refresh))}")
        guard answer?.status == 200 else { throw Failure("no logout: \(answer?.status ?? 0)") }
    }

    func terminate() -> Bool { keys.terminate() && secure.terminate() == .code(0) }
}
