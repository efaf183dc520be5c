// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension ServerConfiguration {
    /// Secrets with which a server would not start, since the servers on the database use others.
    /// - Throws: ``StartError`` if a file of a secret cannot be used.
    func secretFaults(_ recorded: RecordedSecrets) throws(StartError) -> [Finding] {
        let key = try Secrets.signingKey(self)
        var findings = [
            Self.fault(
                "signing key", of: recorded.signing, given: key?.fingerprint, forgetting: "ostiary forgetkey")
        ]
        if key == nil, case .postgres = database {
            findings = [
                Finding(
                    .error, "lost_key", "On PostgreSQL every server must be given the same signing key.",
                    advice: "Give it by --secret-key, OSTIARY_SECRET_KEY or OSTIARY_SECRET_KEY_FILE.")
            ]
        }
        // Where a root secret is recorded, a server makes no signing key its root secret in place of a lost file.
        var root = try Secrets.existingRoot(self)?.root.fingerprint
        if case .sqlite = database, rootSecret == nil, secretKey == nil,
            try SecretFile.root.existing(in: dataDirectory) == nil
        {
            root = nil
        }
        findings.append(
            Self.fault("root secret", of: recorded.root, given: root, forgetting: "ostiary forgetkey --root"))
        return findings.compactMap(\.self)
    }

    private static func fault(
        _ name: String, of recorded: String?, given: String?, forgetting command: String
    ) -> Finding? {
        guard let recorded, recorded != given else { return nil }
        guard let given else {
            return Finding(
                .error, "lost_key", "The \(name) is missing; servers used the database with that of \(recorded).",
                advice: "Put the file back from your backup, or go on with a new one: \(command)")
        }
        return Finding(
            .error, "other_key",
            "The servers on this database use another \(name): \(recorded) is its fingerprint, that of this one \(given).",
            advice: "Give this server the same one, or replace it on all: \(command)")
    }
}
