// SPDX-License-Identifier: Apache-2.0

/// An effect whose transaction an application's hook may join, and refuse.
///
/// Effects that take access away – sessions that end, rights that are withdrawn – are no hook points: no fault of a hook
/// may keep a thief in. The end of an account is none either, since its row is gone by then; a table of the application
/// refers to the account (`ON DELETE CASCADE`).
public struct HookPoint: Sendable, Hashable {
    /// The event of the effect's audit entry.
    public let event: AuditEvent

    private init(_ event: AuditEvent) { self.event = event }

    /// A client creates an account.
    public static let registered = HookPoint(.registered)
    /// An operator or an administrator creates an account.
    public static let accountCreated = HookPoint(.accountCreated)
    /// A user logs in.
    public static let loggedIn = HookPoint(.loggedIn)
    /// A profile changes, without the login.
    public static let profileChanged = HookPoint(.profileChanged)
    /// The login of an account changes, except by the undo link of a notice, which nothing may refuse.
    public static let emailChanged = HookPoint(.emailChanged)
    /// The address of an account is proven.
    public static let emailVerified = HookPoint(.emailVerified)
}

/// The error of a hook that broke a constraint of the database. The transaction has changed nothing.
public struct HookFailure: Error, CustomStringConvertible {
    /// The name of the hook.
    public let hook: String
    /// The fault as the database reports it, without values.
    public let reason: String

    package init(hook: String, reason: String) {
        self.hook = hook
        self.reason = reason
    }

    /// The hook and the fault.
    public var description: String { "\(hook): \(reason)" }
}
