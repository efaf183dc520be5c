// SPDX-License-Identifier: Apache-2.0

extension ServerConfiguration {
    /// The faults of the files that a server with this configuration would read: data directory, database, secrets and
    /// certificate. Opens no database and makes nothing. Blocks.
    /// - Returns: a sentence for each fault.
    package func faultsOfFiles() -> [String] {
        var checks: [() throws -> Void] = [{ try Secrets.check(self) }]
        if case .sqlite(let path) = database {
            checks.insert(
                {
                    try DataDirectory.check(dataDirectory)
                    if let fault = FileTrust.fault(of: path, in: dataDirectory) {
                        throw StartError.untrusted(path, fault)
                    }
                }, at: 0)
        }
        if let certificate { checks.append({ _ = try ServerCertificate(certificate) }) }
        return checks.compactMap { check in
            do { try check() } catch { return "\(error)".split(separator: "\n").joined(separator: " ") }
            return nil
        }
    }
}
