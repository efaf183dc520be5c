// SPDX-License-Identifier: Apache-2.0

import Crypto
import FoundationEssentials
import OstiaryTestSupport
import Testing

@testable import OstiaryCore

extension EndToEnd {
    /// Private keys in the database, and the root secret that seals them.
    @Suite struct KeySecrecy {
        /// Parts of a private key in the forms that a file may have them. A long one may be split there, so two parts count.
        private func forms(of bytes: [UInt8]) -> [[UInt8]] {
            let parts = bytes.count == 32 ? [bytes] : [Array(bytes[600..<648]), Array(bytes[900..<948])]
            return parts.flatMap { part in
                let hexadecimal = part.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
                let base64 = Data(part).base64EncodedString().replacing("=", with: "")
                return [part] + [base64, Base64URL.encode(part), hexadecimal].map { Array($0.utf8) }
            }
        }

        private func holds(_ file: [UInt8], _ part: [UInt8]) -> Bool { file.firstRange(of: part) != nil }

        private func bytes(_ path: String) -> [UInt8] {
            FileManager.default.contents(atPath: path).map(Array.init) ?? []
        }

        @Test("database, log and backup hold no private key", arguments: KeySite.Database.allCases)
        func atRest(_ database: KeySite.Database) throws {
            let site = try KeySite(database)
            let ids = try ["ES256", "RS256", "EdDSA"].map { try site.rotate($0, now: true) }
            let copy = site.servers[0].directory.file("copy")
            var files: [[UInt8]]
            switch database {
            case .sqlite:
                files = ["", "-wal"].map { bytes(site.servers[0].databaseFile + $0) }
                try site.command(["backup", copy])
            case .postgres:
                files = []
                // Bytes as hexadecimal digits, whatever the setting of the server.
                let url = site.url + "&options=-c%20bytea_output%3Dhex"
                try PostgresServer.shared.get().run("pg_dump", ["--file=\(copy)", url])
            }
            files += [bytes(copy), Array(site.servers[0].output.utf8)]
            for id in ids {
                let (key, sealed) = try (site.privateKey(id), site.sealed(id))
                #expect(
                    !files.contains { file in forms(of: key.bytes).contains { holds(file, $0) } }, "\(id) is readable")
                // The same search finds the sealed key.
                let part = forms(of: Array(sealed.bytes[..<32]))
                #expect(files.contains { file in part.contains { holds(file, $0) } }, "\(files.map(\.count))")

                // Another program opens it by what the documentation says, and not without the name of its key.
                let box = try AES.GCM.SealedBox(combined: sealed.bytes)
                let secret = try KeySite.root.key(for: "keys/1")
                let context = Array("\(id)\n\(key.algorithm)".utf8)
                #expect(try AES.GCM.open(box, using: secret, authenticating: context).elementsEqual(key.bytes))
                #expect(throws: (any Error).self) { try AES.GCM.open(box, using: secret) }
            }
            #expect(site.terminate())
        }

        @Test("a server with another root secret does not start, and names the key; rewrap is the way back")
        func rewrap() throws {
            let (one, other) = (String(repeating: "1", count: 40), String(repeating: "2", count: 40))
            let server = try ServerProcess(["--root-secret", one])
            let client = WireClient(port: server.port)
            let (email, _) = try client.newSession()
            let made = try server.command(
                ["keys", "rotate", "--now", "--yes", "--json"], environment: ["OSTIARY_ROOT_SECRET": one])
            let id = try #require(try Document(made.stdout)["kid"], "\(made)")
            let token: String? = try waitUntil(30) {
                let access = try client.tokens(email).access
                return try AccessToken(access).headerMember("kid") == id ? access : nil
            }
            let access = try #require(token)
            #expect(server.terminate() == .code(0))

            let new = ["OSTIARY_ROOT_SECRET": other]
            #expect(try server.command(["forgetkey", "--root"]).exit == .code(0))
            let refused = try server.command(["serve", "--port", "0"], environment: new)
            #expect(refused.exit == .code(78) && refused.stderr.contains(id), "\(refused)")
            #expect(refused.stderr.contains("ostiary keys rewrap") && !refused.hasStackTrace)

            let alone = try server.command(["keys", "rewrap"], environment: new)
            #expect(alone.exit == .code(64) && alone.stderr.contains("OSTIARY_ROOT_SECRET_PREVIOUS"), "\(alone)")
            let wrong = String(repeating: "3", count: 40)
            let failed = try server.command(
                ["keys", "rewrap"], environment: new.merging(["OSTIARY_ROOT_SECRET_PREVIOUS": wrong]) { $1 })
            #expect(failed.exit == .code(78) && failed.stderr.contains(id), "\(failed)")
            for count in ["1 key was", "0 keys were"] {
                let done = try server.command(
                    ["keys", "rewrap"], environment: new.merging(["OSTIARY_ROOT_SECRET_PREVIOUS": one]) { $1 })
                #expect(done.exit == .code(0) && done.stdout.contains("\(count) sealed anew"), "\(done)")
            }
            let next = try ServerProcess(
                ["--database-url", "sqlite:\(server.databaseFile)", "--root-secret", other], directory: server.directory
            )
            let after = WireClient(port: next.port)
            #expect(try after.me(access).status == 200, "the token of before")
            #expect(try AccessToken(after.tokens(email).access).headerMember("kid") == id)
            #expect(next.terminate() == .code(0))
        }
    }
}
