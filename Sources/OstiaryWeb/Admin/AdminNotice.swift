// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// A sentence about an action that is done, with numbers in it. The cookie holds the kind and the numbers only, so a
/// forged one cannot put a text of its own on a page.
struct AdminNotice: Sendable, Equatable {
    enum Kind: String, CaseIterable, Sendable {
        case nothingChanged = "nothing-changed"
        case accountAdded = "account-added"
        case accountChanged = "account-changed"
        case accountActivated = "account-activated"
        case accountDeactivated = "account-deactivated"
        case accountDeleted = "account-deleted"
        case passwordSet = "password-set"
        case activated, deactivated, deleted
        case sessionsOfAccountsEnded = "sessions-of-accounts-ended"
        case sessionsEnded = "sessions-ended"
        case sessionGone = "session-gone"
        case nothingTicked = "nothing-ticked"
        case settingSaved = "setting-saved"
        case settingUnset = "setting-unset"
        case groupAdded = "group-added"
        case groupChanged = "group-changed"
        case groupDeleted = "group-deleted"
        case memberAdded = "member-added"
        case membersRemoved = "members-removed"
        case accountReady = "account-ready"
        case welcome

        /// The number of numbers in the sentence.
        var numbers: Int {
            switch self {
            case .accountDeactivated, .accountDeleted, .passwordSet, .membersRemoved: 1
            case .activated, .deactivated, .deleted, .sessionsOfAccountsEnded, .sessionsEnded: 3
            default: 0
            }
        }
    }

    let kind: Kind
    let numbers: [Int]

    /// - Parameter numbers: as many as the kind has; missing ones count as zero.
    init(_ kind: Kind, _ numbers: Int...) {
        self.kind = kind
        self.numbers = (0..<kind.numbers).map { $0 < numbers.count ? min(max(numbers[$0], 0), Self.greatest) : 0 }
    }

    /// The sentence of an action for many: the numbers of those done, refused and not found.
    init(_ kind: Kind, _ counts: JSONObject) {
        func number(_ key: String) -> Int { Int(counts.number(key) ?? 0) }
        self.init(kind, number("done"), number("refused"), number("not_found"))
    }

    /// - Parameter code: the value of the cookie.
    /// - Returns: nil for a text that is no notice of this site.
    init?(code: String) {
        guard code.utf8.count <= 60 else { return nil }
        let parts = Array(code.utf8)[...].parts(separatedBy: UInt8(ascii: ".")).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard let kind = Kind.allCases.first(where: { $0.rawValue.hasSameBytes(as: parts[0]) }) else { return nil }
        let numbers = parts.dropFirst().compactMap { Int64(id: $0) }.filter { $0 <= Self.greatest }.map(Int.init)
        guard numbers.count == parts.count - 1, numbers.count == kind.numbers else { return nil }
        (self.kind, self.numbers) = (kind, numbers)
    }

    private static let greatest = 999_999

    var notice: Notice { Notice(([kind.rawValue] + numbers.map(String.init)).joined(separator: "."), text) }

    private var text: String {
        switch kind {
        case .nothingChanged: "Nothing was changed."
        case .accountAdded: "The account is added. Groups and permissions can be given to it here."
        case .accountChanged: "The account is changed."
        case .accountActivated: "The account is activated."
        case .accountDeactivated: "The account is deactivated\(ended)."
        case .accountDeleted: "The account is deleted\(ended)."
        case .passwordSet: "The password is set\(ended)."
        case .activated: counts("activated")
        case .deactivated: counts("deactivated")
        case .deleted: counts("deleted")
        case .sessionsOfAccountsEnded:
            "The sessions of \(numbers[0].counted("account")) are ended." + left("account")
        case .sessionsEnded: "\(numbers[0].counted("session")) ended." + left("session")
        case .sessionGone: "The session had ended already."
        case .nothingTicked: "Nothing was selected, so nothing was done."
        case .settingSaved: "The setting is changed."
        case .settingUnset: "The setting has its default value again."
        case .groupAdded: "The group is added."
        case .groupChanged: "The group is changed."
        case .groupDeleted: "The group is deleted."
        case .memberAdded: "The account is a member of the group."
        case .membersRemoved: "\(numbers[0].counted("account")) removed from the group."
        case .accountReady: "Your account is ready. Log in to go on."
        case .welcome: "Welcome. You have all rights on this server."
        }
    }

    private var ended: String { numbers[0] == 0 ? "" : "; \(numbers[0].counted("session")) ended" }

    private func counts(_ done: String) -> String {
        "\(numbers[0].counted("account")) \(done)." + left("account")
    }

    /// The sentences about those for which nothing was done.
    private func left(_ noun: String) -> String {
        (numbers[1] == 0 ? "" : " \(numbers[1].counted(noun)) left alone, since you may not do that to them.")
            + (numbers[2] == 0 ? "" : " \(numbers[2].counted(noun)) no longer there.")
    }
}

extension BinaryInteger {
    /// The number with its noun: `1 session`, `1,200 sessions`.
    func counted(_ noun: String) -> String { "\(grouped) \(noun)\(self == 1 ? "" : "s")" }

    /// The number with a comma between thousands.
    var grouped: String {
        let digits = Array(String(self).utf8)
        var text: [UInt8] = []
        for (index, digit) in digits.enumerated() {
            let left = digits.count - index
            if index > 0, left.isMultiple(of: 3), text.last != UInt8(ascii: "-") { text.append(UInt8(ascii: ",")) }
            text.append(digit)
        }
        return String(decoding: text, as: UTF8.self)
    }
}
