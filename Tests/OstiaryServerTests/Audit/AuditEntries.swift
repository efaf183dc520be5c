// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport

/// An entry as `ostiary audit list --json` prints it.
struct AuditLine: Decodable, Sendable {
    var id: Int64
    var event: String
    var actor: String
    var user: Int?
    var session: String?
    var network: String?
    var request: String?
    var cause: String?
    var object: String?
    var changes: [String: [String?]]
    var count: Int
}

extension ServerProcess {
    /// What the audit log has, the oldest first.
    func audited(_ arguments: [String] = []) throws -> [AuditLine] {
        let result = try command(
            ["audit", "list", "--json", "--limit", "10000"] + arguments,
            environment: ["OSTIARY_SECRET_KEY": Self.secretKey])
        guard result.exit == .code(0) else { throw Failure("\(result)") }
        return try JSONDecoder().decode([AuditLine].self, from: Data(result.stdout.utf8))
    }
}
