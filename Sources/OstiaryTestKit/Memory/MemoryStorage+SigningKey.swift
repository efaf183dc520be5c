// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

extension MemoryStorage: SigningKeyStore {
    public func claim(_ fingerprint: String, at now: Timestamp) async throws -> String {
        transaction { tables in
            let first = tables.keyFingerprint ?? fingerprint
            tables.keyFingerprint = first
            return first
        }
    }

    public func forget(in context: RequestContext) async throws {
        transaction { tables in
            guard let fingerprint = tables.keyFingerprint else { return }
            tables.keyFingerprint = nil
            tables.record(AuditEntry(.keyForgotten, object: fingerprint, in: context))
        }
    }
}
