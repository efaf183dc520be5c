// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

extension APIOperation {
    /// A demand beyond a valid access token. The server judges it before it reads the body and calls the handler.
    public struct Demand: Sendable, Equatable {
        /// A permission that the user must have; nil for none.
        public var permission: Permission?
        /// True if the user must be a member of the staff.
        public var isStaff: Bool
        /// True if the user must have logged in recently.
        public var isFresh: Bool

        /// - Parameters:
        ///   - permission: a permission that the user must have; nil for none.
        ///   - isStaff: true if the user must be a member of the staff.
        ///   - isFresh: true if the user must have logged in recently.
        public init(permission: Permission? = nil, isStaff: Bool = false, isFresh: Bool = false) {
            self.permission = permission
            self.isStaff = isStaff
            self.isFresh = isFresh
        }
    }
}

extension APIOperation.Security {
    /// An access token whose user has a permission.
    public static func permission(_ permission: Permission) -> APIOperation.Security {
        .bearer(APIOperation.Demand(permission: permission))
    }

    /// An access token whose user has logged in recently.
    public static let fresh = APIOperation.Security.bearer(APIOperation.Demand(isFresh: true))

    /// An access token of a member of the staff.
    /// - Parameters:
    ///   - permission: a permission that the user must have; nil for none.
    ///   - isFresh: true if the user must have logged in recently.
    public static func staff(_ permission: Permission? = nil, isFresh: Bool = false) -> APIOperation.Security {
        .bearer(APIOperation.Demand(permission: permission, isStaff: true, isFresh: isFresh))
    }

    /// The demand beyond a token; nil for none.
    package var demand: APIOperation.Demand? {
        guard case .bearer(let demand) = self, demand != APIOperation.Demand() else { return nil }
        return demand
    }
}

/// The judgement of a demand.
package enum DemandVerdict: Sendable, Equatable {
    /// The user meets the demand.
    /// - Parameter rights: the rights of the user, as they were read for the judgement.
    case met(Rights)
    /// The user lacks the permission, or is no member of the staff.
    case denied
    /// The user would meet the demand after another login.
    case loginTooOld
}

extension APIOperation.Demand {
    /// Judges the demand. A recent login is asked for only if that is all that is missing.
    /// - Parameters:
    ///   - rights: the rights of the user at the moment.
    ///   - now: the time of the request.
    package func verdict(of rights: Rights, _ identity: Identity, at now: Timestamp) -> DemandVerdict {
        guard rights.isActive, rights.isStaff || !isStaff, permission.map(rights.allows) ?? true else { return .denied }
        return !isFresh || identity.isFresh(at: now) ? .met(rights) : .loginTooOld
    }

    /// A sentence for the documentation, with code in backticks.
    package var sentence: String {
        var parts: [String] = []
        if isStaff { parts.append("be a member of the staff") }
        if let permission { parts.append("have the permission `\(permission)`") }
        if isFresh { parts.append("have logged in within the last \(Identity.freshness / 60) minutes") }
        let last = parts.popLast() ?? ""
        return "The user must \(parts.isEmpty ? last : parts.joined(separator: ", ") + " and " + last)."
    }
}

extension Identity {
    /// The seconds after its login in which a session counts as recent.
    package static let freshness = ProfileService.freshness

    /// True if the session of the token began recently. A refresh does not move that time.
    package func isFresh(at now: Timestamp) -> Bool {
        guard let start = token.authentication?.at else { return false }
        return start >= now.adding(seconds: -Self.freshness)
    }
}
