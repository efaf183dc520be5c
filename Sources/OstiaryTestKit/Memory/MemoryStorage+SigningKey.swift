// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

extension MemoryStorage: FingerprintStore {
    public func claim(
        _ fingerprint: String, of secret: SharedSecret, at now: Timestamp
    ) async throws -> String {
        transaction { tables in
            let first = tables.fingerprints[secret] ?? fingerprint
            tables.fingerprints[secret] = first
            return first
        }
    }

    public func fingerprint(of secret: SharedSecret) async throws -> String? {
        transaction { $0.fingerprints[secret] }
    }

    public func forget(_ secret: SharedSecret, isForced: Bool, in context: RequestContext) async throws -> Bool {
        transaction { tables in
            guard let fingerprint = tables.fingerprints.removeValue(forKey: secret) else { return }
            tables.record(
                AuditEntry(.keyForgotten, cause: secret.rawValue, object: fingerprint, in: context))
        }
        return true
    }
}
