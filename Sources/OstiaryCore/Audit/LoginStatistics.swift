// SPDX-License-Identifier: Apache-2.0

/// The logins of one hour.
public struct LoginHour: Sendable, Equatable {
    /// The beginning of the hour, in UTC.
    public var start: Timestamp
    /// The number of logins that opened a session.
    public var loggedIn: Int
    /// The number of refused and throttled logins.
    public var refused: Int

    /// - Parameters:
    ///   - start: the beginning of the hour, in UTC.
    ///   - loggedIn: the number of logins that opened a session.
    ///   - refused: the number of refused and throttled logins.
    public init(start: Timestamp, loggedIn: Int = 0, refused: Int = 0) {
        self.start = start
        self.loggedIn = loggedIn
        self.refused = refused
    }
}

/// The logins of several hours.
public struct LoginHours: Sendable, Equatable {
    /// The hours without a gap, the oldest first.
    public var hours: [LoginHour]
    /// True if the store has looked at as many entries as it may, so that the older hours may lack some.
    public var isCutShort: Bool

    /// - Parameters:
    ///   - hours: the hours without a gap, the oldest first.
    ///   - isCutShort: true if older hours may lack some logins.
    public init(hours: [LoginHour], isCutShort: Bool) {
        self.hours = hours
        self.isCutShort = isCutShort
    }
}

/// The numbers of logins in the last hours, read from the audit log at most once a minute.
public struct LoginStatistics: Sendable {
    /// The number of hours, the present one included.
    public static let hours = 24
    /// The most entries that one reading looks at.
    static let reach = 200_000

    private let audit: any AuditStore
    private let recent = RecentValue<LoginHours>()

    package init(audit: any AuditStore) { self.audit = audit }

    /// Counts the logins of the last hours. The present hour is the last one; the others are whole.
    /// - Throws: ``StoreUnavailable``.
    public func lastHours(in context: RequestContext) async throws -> LoginHours {
        try await recent.value(at: context.now) { [audit] in
            let first = context.now.seconds / 3_600 - Int64(Self.hours) + 1
            return try await audit.logins(
                from: Timestamp(seconds: first * 3_600), hours: Self.hours, reach: Self.reach, in: context)
        }
    }
}
