// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The page of a path below `/admin/`.
enum AdminRoute: Sendable, Equatable {
    case section(AdminSection)
    case addUser
    case user(Int64)
    case userPassword(Int64)
    case userDeletion(Int64)
    case userActions
    case setting(String)
    case addGroup
    case group(Int64)
    case groupDeletion(Int64)
    case setup

    /// - Parameter path: a path, with or without the last slash.
    /// - Returns: nil if no page is there.
    init?(path: String) {
        var rest = Array(path.withSlash.utf8)[...]
        guard rest.starts(with: AdminSection.root.utf8) else { return nil }
        rest = rest.dropFirst(AdminSection.root.utf8.count)
        let words = rest.parts(separatedBy: UInt8(ascii: "/"), atMost: 5).dropLast().map {
            String(decoding: $0, as: UTF8.self)
        }
        guard let first = words.first else {
            self = .section(.overview)
            return
        }
        switch (first, words.count) {
        case ("setup", 1): self = .setup
        case ("overview", _): return nil
        case (_, 1):
            guard let section = AdminSection(rawValue: first) else { return nil }
            self = .section(section)
        case ("users", _): self.init(user: words)
        case ("groups", _): self.init(group: words)
        case ("settings", 2) where Self.isSettingName(words[1]): self = .setting(words[1])
        default: return nil
        }
    }

    private init?(user words: [String]) {
        switch (words[1], words.count) {
        case ("add", 2): self = .addUser
        case ("actions", 2): self = .userActions
        case (let id, 2): if let id = Int64(id: id) { self = .user(id) } else { return nil }
        case (let id, 3):
            guard let id = Int64(id: id) else { return nil }
            switch words[2] {
            case "password": self = .userPassword(id)
            case "delete": self = .userDeletion(id)
            default: return nil
            }
        default: return nil
        }
    }

    private init?(group words: [String]) {
        switch (words[1], words.count) {
        case ("add", 2): self = .addGroup
        case (let id, 2): if let id = Int64(id: id) { self = .group(id) } else { return nil }
        case (let id, 3):
            guard words[2] == "delete", let id = Int64(id: id) else { return nil }
            self = .groupDeletion(id)
        default: return nil
        }
    }

    /// The part of the administration in which the page stands.
    var section: AdminSection {
        switch self {
        case .section(let section): section
        case .addUser, .user, .userPassword, .userDeletion, .userActions: .users
        case .setting: .settings
        case .addGroup, .group, .groupDeletion: .groups
        case .setup: .overview
        }
    }

    private static func isSettingName(_ text: String) -> Bool {
        text.utf8.count <= 100
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || byte.isASCIIDigit
                    || byte == UInt8(ascii: "_")
            }
    }
}

extension Int64 {
    /// - Parameter id: an id in the one way in which the API writes it.
    init?(id: String) {
        guard (1...18).contains(id.utf8.count), id.utf8.allSatisfy(\.isASCIIDigit), let value = Int64(id),
            String(value).utf8.count == id.utf8.count
        else { return nil }
        self = value
    }
}
