// SPDX-License-Identifier: Apache-2.0

/// A right by its name `app.codename`, as Django writes it. Rights of the product begin with `ostiary.`; an application
/// may give its own.
public struct Permission: RawRepresentable, Sendable, Hashable, Comparable, CustomStringConvertible {
    public let rawValue: String

    /// The longest name, in bytes.
    public static let maximumLength = 100

    /// - Parameter rawValue: a name that is known to be valid.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// - Parameter text: two words of `[a-z][a-z0-9_]*` with a dot between them, at most ``maximumLength`` bytes.
    /// - Returns: nil for any other text.
    public init?(_ text: String) {
        let bytes = text.utf8
        guard bytes.count <= Self.maximumLength else { return nil }
        let words = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard words.count == 2, words.allSatisfy(Self.isWord) else { return nil }
        self.rawValue = text
    }

    public var description: String { rawValue }

    /// True for a right of the product.
    public var isOwn: Bool { rawValue.hasBytePrefix(Self.application) }

    /// The order of the names' bytes.
    public static func < (left: Permission, right: Permission) -> Bool {
        left.rawValue.utf8.lexicographicallyPrecedes(right.rawValue.utf8)
    }

    private static let application = "ostiary."

    private static func isWord(_ bytes: Substring.UTF8View) -> Bool {
        guard let first = bytes.first, isLetter(first) else { return false }
        return bytes.allSatisfy { isLetter($0) || $0.isASCIIDigit || $0 == UInt8(ascii: "_") }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
}

extension Permission {
    /// The right to see accounts.
    public static let viewUser = Permission(rawValue: "ostiary.view_user")
    /// The right to create accounts.
    public static let addUser = Permission(rawValue: "ostiary.add_user")
    /// The right to change accounts: names, login, password, flags, groups and permissions.
    public static let changeUser = Permission(rawValue: "ostiary.change_user")
    /// The right to delete accounts.
    public static let deleteUser = Permission(rawValue: "ostiary.delete_user")
    /// The right to see the sessions of others.
    public static let viewSession = Permission(rawValue: "ostiary.view_session")
    /// The right to end sessions of others.
    public static let deleteSession = Permission(rawValue: "ostiary.delete_session")
    /// The right to see settings.
    public static let viewSetting = Permission(rawValue: "ostiary.view_setting")
    /// The right to change settings.
    public static let changeSetting = Permission(rawValue: "ostiary.change_setting")
    /// The right to see groups.
    public static let viewGroup = Permission(rawValue: "ostiary.view_group")
    /// The right to create groups.
    public static let addGroup = Permission(rawValue: "ostiary.add_group")
    /// The right to change the name, the permissions and the members of groups.
    public static let changeGroup = Permission(rawValue: "ostiary.change_group")
    /// The right to delete groups.
    public static let deleteGroup = Permission(rawValue: "ostiary.delete_group")
    /// The right to read the audit log.
    public static let viewAudit = Permission(rawValue: "ostiary.view_audit")

    /// The rights of the product, in the order of pages. Others of the same pattern, such as `ostiary.add_session`,
    /// would open nothing and do not exist.
    public static let all: [Permission] = [
        viewUser, addUser, changeUser, deleteUser, viewSession, deleteSession, viewSetting, changeSetting, viewGroup,
        addGroup, changeGroup, deleteGroup, viewAudit,
    ]
}
