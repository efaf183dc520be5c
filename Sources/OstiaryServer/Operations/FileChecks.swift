// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryCore

extension ServerConfiguration {
    /// Files by which others can sign tokens or change accounts. A server refuses them but for SQLite's log.
    var untrustedFiles: [Finding] {
        guard case .sqlite(let path) = database else { return [] }
        let secrets = [SecretFile.signingKey, .root].map { "\(dataDirectory)/\($0.name)" }
        let files =
            [dataDirectory, path, "\(path)-wal", "\(path)-shm", "\(path).lock"].map { ($0, false) }
            + secrets.map { ($0, true) }
        return files.compactMap { Finding.untrusted(.error, $0, isSecret: $1, in: dataDirectory) }
    }

    /// Files and directories that a server uses though others may read or change them.
    var openFiles: [Finding] {
        var findings: [Finding] = []
        if case .sqlite(let path) = database {
            findings += readableDatabase(path) + [openParent(of: dataDirectory)].compactMap(\.self)
        }
        if let file {
            findings += [Finding.untrusted(.warning, file.path, isSecret: file.holdsSecret)].compactMap(\.self)
        }
        if let certificate {
            findings += [
                Finding.untrusted(.warning, certificate.certificate),
                Finding.untrusted(.warning, certificate.key, isSecret: true),
            ].compactMap(\.self)
        }
        return findings
    }

    /// The database holds the hashes of all passwords.
    private func readableDatabase(_ path: String) -> [Finding] {
        guard mode(of: path.containingDirectory) & 0o001 != 0, mode(of: path) & 0o004 != 0 else { return [] }
        return [
            Finding(
                .warning, "readable_database", "Every user of this machine may read the database \(path).",
                advice: "chmod o-rwx \(path)")
        ]
    }

    /// A directory above that all may write to, without the sticky bit: a user can put another data directory in the
    /// place of this one.
    private func openParent(of path: String) -> Finding? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        var place = String(cString: resolved).containingDirectory
        while true {
            if mode(of: place) & 0o002 != 0, mode(of: place) & mode_t(S_ISVTX) == 0 {
                return Finding(
                    .warning, "open_parent",
                    "Every user of this machine may replace the data directory: all may write to \(place).",
                    advice: "chmod o-w \(place)")
            }
            guard place != "/" else { return nil }
            place = place.containingDirectory
        }
    }
}

extension Finding {
    /// - Returns: nil if the file can be trusted or does not exist.
    fileprivate static func untrusted(
        _ level: Level, _ path: String, isSecret: Bool = false, in directory: String? = nil
    ) -> Finding? {
        FileTrust.fault(of: path, isSecret: isSecret, in: directory).map {
            Finding(level, "untrusted_file", "\(path) cannot be trusted: \($0.reason).", advice: $0.remedy)
        }
    }
}

private func mode(of path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode : 0
}
