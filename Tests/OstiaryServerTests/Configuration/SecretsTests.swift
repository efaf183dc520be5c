// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryCore
import OstiaryTestSupport
import Testing

@testable import OstiaryServer

@Suite("Secrets of an installation")
struct SecretsTests {
    private let folder: TemporaryDirectory
    private let key = String(repeating: "k", count: 40)

    init() throws { folder = try TemporaryDirectory() }

    private func configuration(_ more: [ConfigurationKey: String] = [:]) throws -> ServerConfiguration {
        try ServerConfiguration(flags: [.dataDir: folder.path].merging(more) { $1 }, environment: [:])
    }

    private func write(_ key: String) throws {
        guard
            FileManager.default.createFile(
                atPath: folder.file("secret.key"), contents: Data((key + "\n").utf8),
                attributes: [.posixPermissions: 0o600])
        else { throw Failure("cannot write the key") }
    }

    private func root(_ text: String) throws -> String { try #require(RootSecret(text.utf8)).fingerprint }

    @Test("a new one has two that differ, and the same two at the next start")
    func new() throws {
        let first = try Secrets.configured(configuration())
        let second = try Secrets.configured(configuration())
        #expect(first.root.fingerprint == second.root.fingerprint)
        #expect(first.signing.fingerprint == second.signing.fingerprint)
        let key = text(ofFile: folder.file("secret.key"))
        #expect(try root(String(key.dropLast())) != first.root.fingerprint)
        #expect(first.hasRootOfItsOwn)
    }

    @Test("one from before has its signing key for root secret, and keeps it when the key is replaced")
    func fromBefore() throws {
        try write(key)
        #expect(try Secrets.configured(configuration()).root.fingerprint == root(key))
        try write(String(repeating: "n", count: 40))
        let next = try Secrets.configured(configuration())
        #expect(try next.root.fingerprint == root(key))
        #expect(next.signing.fingerprint == SigningKey(secret: String(repeating: "n", count: 40).utf8)?.fingerprint)
        #expect(try Secrets.existingRoot(configuration())?.root.fingerprint == root(key))
    }

    @Test("given ones go first, and a key alone takes both parts")
    func given() throws {
        let alone = try Secrets.configured(configuration([.secretKey: key]))
        #expect(try alone.root.fingerprint == root(key) && !alone.hasRootOfItsOwn)
        #expect(try Secrets.existingRoot(configuration([.secretKey: key]))?.root.fingerprint == root(key))
        let other = String(repeating: "r", count: 40)
        let both = try Secrets.configured(configuration([.secretKey: key, .rootSecret: other]))
        #expect(try both.root.fingerprint == root(other) && both.hasRootOfItsOwn)
        #expect(throws: ConfigurationError.self) { try configuration([.rootSecret: "short"]) }
        #expect(try Secrets.existingRoot(configuration()) == nil, "reading makes none")
    }
}
