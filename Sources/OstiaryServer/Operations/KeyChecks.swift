// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension Installation {
    /// Faults by which other programs cannot verify tokens, or go on accepting ones that are not good any more.
    /// - Parameter settings: the settings in force; nil if they cannot be read.
    func keyFaults(_ settings: SettingsSnapshot?) async throws -> [Finding] {
        let context = RequestContext(actor: .system, now: now())
        let keys = try await storage.keyRing.keys(in: context)
        let verifiers = try await storage.keyRing.verifiers(in: context).filter { KeyRule.counts($0, at: context.now) }
        let isRetired = try await storage.keyRing.sharedKeyRetiredAt(in: context) != nil
        let signing = keys.filter { $0.state == .signing }
        let prefersShared = settings?[.tokenAlgorithm] == .hs256 && !isRetired
        var findings: [Finding] = []
        if !verifiers.isEmpty, signing.isEmpty || prefersShared {
            findings.append(
                Finding(
                    .warning, "shared_secret_signs",
                    """
                    Programs look for public keys (\(verifiers.count)), but tokens are signed by the secret of the servers: \
                    they can verify none.
                    """,
                    advice: signing.isEmpty
                        ? "Let a key sign whose public part they get: ostiary keys rotate"
                        : "Let that key sign: ostiary settings set TOKEN_ALGORITHM auto"))
        }
        findings += signing.filter { $0.signsSince.adding(seconds: Self.year) < context.now }.map {
            Finding(
                .warning, "old_signing_key", "The key \($0.id) has signed for more than a year.",
                advice: "Publish another one: ostiary keys rotate, or set KEY_ROTATION_DAYS")
        }
        if configuration.publicURL == nil, keys.contains(where: \.verifies) {
            findings.append(
                Finding(
                    .warning, "no_issuer",
                    "Tokens name no address of this server as their issuer: other programs cannot tell whose they are.",
                    advice: "Give the address of the server: --public-url https://…"))
        }
        return findings + (try await feedFaults(settings, in: context))
    }

    private static let year = 365 * 86_400

    /// The lifetime of access tokens from which on a verifier has to remember very many ended sessions, in seconds.
    private static let longLifetime = 86_400

    private func feedFaults(_ settings: SettingsSnapshot?, in context: RequestContext) async throws -> [Finding] {
        guard let lifetime = settings?[.accessTokenLifetime], lifetime >= Self.longLifetime else { return [] }
        let readers = try await storage.clients.clients(in: context).map(\.client).filter {
            $0.may.contains(.feed) && $0.disabledAt == nil
        }
        guard !readers.isEmpty else { return [] }
        return [
            Finding(
                .warning, "long_tokens",
                """
                Access tokens live for \(lifetime / 3_600) hours, and \(readers.count) \
                \(readers.count == 1 ? "client reads" : "clients read") the feed: each of them keeps all sessions that have \
                ended in that time.
                """,
                advice: "Shorten them: ostiary settings set ACCESS_TOKEN_LIFETIME 900")
        ]
    }

    /// The settings in force, for a command that changes nothing.
    /// - Returns: nil if they cannot be read.
    func readSettings() async -> SettingsSnapshot? {
        var snapshot: SettingsSnapshot?
        try? await withSettings(onTrouble: { _ in }) { snapshot = $0.snapshot }
        return snapshot
    }
}
