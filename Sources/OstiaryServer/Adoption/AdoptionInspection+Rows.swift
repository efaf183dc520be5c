// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL

extension AdoptionInspection {
    /// Counts the rows, each question in one pass.
    func inspectRows(
        _ source: AdoptionSource, _ users: AdoptionTable, _ tokens: AdoptionTable?, _ references: [AdoptionReference],
        into report: inout AdoptionReport
    ) async throws {
        progress("counting accounts and addresses")
        let facts = try await source.ask { try $0.counts(of: users.name) }
        report.users = facts.users
        progress("comparing addresses")
        let alike = try await source.ask { try $0.alikeAddresses(in: users.name) }
        report.findings += Self.faults(of: facts, alike: alike)
        progress("counting passwords")
        let forms = try await source.ask { try $0.passwordForms(in: users.name) }
        let newest = try await source.ask { try $0.newestPasswords(in: users.name) }
        let advice = HasherAdvice(forms: forms, newest: newest)
        report.passwords = advice.passwords
        report.hasher = advice.hasher
        report.findings += advice.findings(configured: choices.hasher)
        if let rounds = HasherAdvice.rounds(of: choices.hasher ?? advice.hasher) {
            progress("measuring a login")
            report.loginCost = try HasherAdvice.cost(ofRounds: rounds)
        }
        if let tokens {
            progress("counting refresh tokens")
            report.liveTokens = try await source.ask { try $0.tokens(in: tokens.name, at: .now()).live }
        }
        for reference in references {
            progress("counting rows of \(reference.table.text.printable)")
            var reference = reference
            reference.rows = try await source.ask { [reference] in try $0.rows(of: reference) }
            report.references.append(reference)
        }
        let others = report.references.filter { $0.deletion == .refused && $0.table != tokens?.name }
        guard !others.isEmpty else { return }
        report.findings.append(
            AdoptionFinding(
                .warning, .references,
                "Other tables reference accounts: \(others.map(\.words).joined(separator: ", ")).",
                advice: """
                    An account with rows there is not deleted here (409 account_in_use), since only Django knows if they are \
                    to be deleted. Deactivate it, or delete it in Django.
                    """, count: others.map(\.rows).reduce(0, +)))
    }

    private static func faults(of facts: AddressFacts, alike: AddressFacts.Group) -> [AdoptionFinding] {
        func finding(
            _ code: AdoptionFinding.Code, _ group: AddressFacts.Group, _ text: String, advice: String
        ) -> AdoptionFinding? {
            guard group.count > 0 else { return nil }
            return AdoptionFinding(
                .warning, code, "\(text): \(group.count).", advice: advice, count: group.count, samples: group.samples)
        }
        return [
            finding(
                .alikeAddresses, alike,
                "Accounts whose address differs from that of another in case only, or not at all",
                advice: "Each of them logs in with the exact address only, as in Django."),
            finding(
                .foreignAddresses, facts.foreign, "Accounts whose address is not ASCII",
                advice: "They log in with the exact address. No new account gets such an address here."),
            finding(
                .emptyAddresses, facts.empty, "Accounts without an address",
                advice: "Nobody can log in to them by address, here or in Django."),
            finding(
                .malformedAddresses, facts.malformed, "Accounts with a text in place of an address",
                advice: "They log in with the exact text, and get no mail."),
        ].compactMap(\.self)
    }
}

extension AdoptionReference {
    var words: String {
        let isMore = rows >= AdoptionCheck.referenceLimit
        return "\(table.text.printable).\(column.printable) (\(isMore ? "at least " : "")\(rows))"
    }
}
