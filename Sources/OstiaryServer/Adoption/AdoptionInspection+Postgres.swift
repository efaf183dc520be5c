// SPDX-License-Identifier: Apache-2.0

import OstiaryPostgres
import OstiarySQL

extension AdoptionInspection {
    /// The faults of the role, of the schema and of what stands between.
    func inspectPostgres(
        _ source: AdoptionSource, _ url: PostgresURL, _ users: AdoptionTable, _ tokens: AdoptionTable?,
        _ references: [AdoptionReference], into report: inout AdoptionReport
    ) async throws {
        progress("looking at the role")
        let role = try await source.ask { try $0.role(using: users.name) }
        report.findings += Self.faults(of: role, users)
        var wanted = [(users.name, ["SELECT", "INSERT", "UPDATE", "DELETE", "REFERENCES"])]
        if let tokens { wanted.append((tokens.name, ["SELECT", "INSERT", "DELETE"])) }
        for reference in references where reference.table != tokens?.name {
            wanted.append((reference.table, reference.rights))
        }
        var missing: [String] = []
        for (table, rights) in wanted {
            let lacking = try await source.ask { try $0.missingRights(of: rights, on: table) }
            if !lacking.isEmpty { missing.append("\(table.text) (\(lacking.joined(separator: ", ")))") }
        }
        if !missing.isEmpty {
            report.findings.append(
                AdoptionFinding(
                    .error, .missingRights,
                    "The role \(role.role) lacks rights on tables: \(missing.joined(separator: ", ")).",
                    advice: "Use Django's own role, or GRANT these rights TO \(role.role)"))
        }
        if users["id"]?.isKey == true, ["bigint", "integer"].contains(users["id"]?.type) {
            report.findings += try await sequenceFaults(source, users, isReadable: missing.isEmpty)
        }
        switch try PostgresPooler.between(url) {
        case .none: break
        case .session, .transaction:
            report.findings.append(
                AdoptionFinding(
                    .warning, .pooler,
                    "A pooler such as PgBouncer stands between this machine and the database.",
                    advice: """
                        Connect the servers directly: behind a pooler no change notice arrives, and timeouts that a server sets \
                        stay with sessions that Django gets next.
                        """))
        }
    }

    private static func faults(of role: RoleFacts, _ users: AdoptionTable) -> [AdoptionFinding] {
        var findings: [AdoptionFinding] = []
        let schema = users.name.schema ?? "public"
        if !users.isVisible || role.schema != schema {
            let order = "ALTER ROLE \(role.role) SET search_path = \(SQLName(schema).quoted)"
            findings.append(
                AdoptionFinding(
                    .error, .hiddenSchema,
                    "\(users.name.text) is in the schema \(schema), but the search path of \(role.role) begins with "
                        + "\(role.schema ?? "none that exists").",
                    advice: "Give it the search path that Django has: \(order)"))
        } else if schema != "public" {
            findings.append(
                AdoptionFinding(
                    .warning, .otherSchema,
                    "\(users.name.text) is in the schema \(schema), and so will be the tables of the server.",
                    advice: "Every role that uses them needs this search path: that of Django, and that of backups."))
        }
        if role.schema == schema, !role.mayCreate {
            findings.append(
                AdoptionFinding(
                    .error, .noSchema, "The role \(role.role) may make no table in the schema \(schema).",
                    advice:
                        "Use Django's own role, or run: GRANT CREATE ON SCHEMA \(SQLName(schema).quoted) TO \(role.role)"
                ))
        }
        if !role.ownsUsers {
            findings.append(
                AdoptionFinding(
                    .error, .notOwner,
                    "The role \(role.role) does not own \(users.name.text), so it cannot make the index of addresses.",
                    advice: "Use Django's own role, or make this one a member of it: GRANT owner TO \(role.role)"))
        }
        if role.isFiltered {
            findings.append(
                AdoptionFinding(
                    .error, .rowSecurity,
                    "Row level security hides rows of \(users.name.text) from \(role.role).",
                    advice: "Use the role that owns the table, or run: ALTER ROLE \(role.role) BYPASSRLS"))
        }
        return findings
    }

    private func sequenceFaults(
        _ source: AdoptionSource, _ users: AdoptionTable, isReadable: Bool
    ) async throws -> [AdoptionFinding] {
        guard let sequence = try await source.ask({ try $0.sequence(of: users.name) }), sequence.isUsable else {
            return [
                AdoptionFinding(
                    .error, .noSequence,
                    "The column id of \(users.name.text) has no sequence that this role may use, so no account can be made.",
                    advice: "Make it GENERATED BY DEFAULT AS IDENTITY, as Django does, or GRANT USAGE on its sequence.")
            ]
        }
        guard isReadable, let next = sequence.next else { return [] }
        let highest = try await source.ask { try $0.highestID(in: users.name) }
        guard next <= highest else { return [] }
        return [
            AdoptionFinding(
                .error, .sequenceBehind,
                "The next id of \(users.name.text) is \(next), but there is an account with \(highest): ids were written "
                    + "explicitly, and the next registration fails.",
                advice: "Run: SELECT setval('\(sequence.name.doublingApostrophes)', \(highest));")
        ]
    }
}

extension AdoptionReference {
    /// The rights that a server needs on the table to delete an account.
    fileprivate var rights: [String] {
        switch deletion {
        case .deleted: ["SELECT", "DELETE"]
        case .forgotten: ["SELECT", "UPDATE"]
        case .automatic: []
        case .refused: ["SELECT"]
        }
    }
}

extension String {
    fileprivate var doublingApostrophes: String { replacing("'", with: "''") }
}
