// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The parts of the administration, in the order of the navigation.
enum AdminSection: String, CaseIterable, Sendable {
    case overview, users, sessions, settings, groups, audit

    /// The path below which all pages stand.
    static let root = "/admin/"

    var path: String { self == .overview ? Self.root : "\(Self.root)\(rawValue)/" }

    var name: String {
        switch self {
        case .overview: "Overview"
        case .users: "Users"
        case .sessions: "Sessions"
        case .settings: "Settings"
        case .groups: "Groups"
        case .audit: "Audit"
        }
    }

    /// The right to see the part; nil for one that all members of the staff see.
    var permission: Permission? {
        switch self {
        case .overview: nil
        case .users: .viewUser
        case .sessions: .viewSession
        case .settings: .viewSetting
        case .groups: .viewGroup
        case .audit: .viewAudit
        }
    }

    var crumb: Crumb { Crumb(crumbName: name, crumbLink: path, isHere: false) }
}
