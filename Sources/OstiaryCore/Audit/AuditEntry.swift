// SPDX-License-Identifier: Apache-2.0

/// One entry of the audit log: an effect, its author and its subject. It is written in the transaction of the effect.
public struct AuditEntry: Sendable, Equatable {
    /// The position in the log; 0 before the entry is written.
    public var id: Int64
    /// The time of the effect.
    public var at: Timestamp
    /// The kind of the effect.
    public var event: AuditEvent
    /// The author: `client`, `user:42`, `operator:root`, `system` or `another program`.
    public var actor: String
    /// The account that the effect concerns.
    public var user: User.ID?
    /// The session that the effect concerns, or in which its author asked for it; nil for none.
    public var session: SessionID?
    /// The client's address, for the log line; rows hold the network only.
    public var address: IPAddress?
    /// The client's network.
    public var network: Network?
    /// The id of the request, as in the `X-Request-ID` of its answer.
    public var request: String?
    /// The reason, as a word that the documentation lists.
    public var cause: String?
    /// A subject that is no account: the name of a setting, the fingerprint of a key, the keyed digest of an attempted
    /// address, `budgets`.
    public var object: String?
    /// Sorted by name.
    public var changes: [AuditChange]
    /// The number of occurrences: refusals are counted, all else is 1.
    public var count: Int

    /// - Parameters:
    ///   - event: the kind of the effect.
    ///   - user: the account that the effect concerns; nil for none.
    ///   - session: the session that the effect concerns; nil for none.
    ///   - cause: the reason, as a word that the documentation lists; nil for none.
    ///   - object: a subject that is no account; nil for none.
    ///   - changes: the values before and after.
    ///   - count: the number of occurrences.
    ///   - context: gives author, time, client and request.
    public init(
        _ event: AuditEvent, of user: User.ID? = nil, session: SessionID? = nil, cause: String? = nil,
        object: String? = nil, changes: [AuditChange] = [], count: Int = 1, in context: RequestContext
    ) {
        self.id = 0
        self.at = context.now
        self.event = event
        self.actor = context.actor.name
        self.user = user
        self.session = session
        self.address = context.origin.address
        self.network = address.map(Network.init)
        self.request = context.id
        self.cause = cause
        self.object = object
        self.changes = changes.sorted { $0.name < $1.name }
        self.count = count
    }

    /// An entry as a store has kept it.
    public init(
        id: Int64, at: Timestamp, event: AuditEvent, actor: String, user: User.ID?, session: SessionID?,
        network: Network?, request: String?, cause: String?, object: String?, changes: [AuditChange], count: Int
    ) {
        self.id = id
        self.at = at
        self.event = event
        self.actor = actor
        self.user = user
        self.session = session
        self.network = network
        self.request = request
        self.cause = cause
        self.object = object
        self.changes = changes
        self.count = count
    }
}

/// The value of one field before and after the effect.
public struct AuditChange: Sendable, Equatable {
    /// The name of the field, as in the API: `email`, `is_staff`.
    public var name: String
    /// nil for none.
    public var old: String?
    /// nil for none.
    public var new: String?

    /// - Parameters:
    ///   - name: the name of the field.
    ///   - old: the value before as text; nil for none.
    ///   - new: the value after as text; nil for none.
    public init(_ name: String, from old: String?, to new: String?) {
        self.name = name
        self.old = old
        self.new = new
    }
}

extension AuditChange {
    /// The number of live sessions of an account before and after.
    public static func sessions(ended: Int, left: Int) -> AuditChange {
        AuditChange("sessions", from: String(ended + left), to: String(left))
    }
}

extension AuditEntry {
    /// The cause of an entry that corrects the one before: Redis has refused the change of a setting.
    package static let refusedByRedis = "refused_by_redis"
    /// The cause of an entry that corrects the one before: another program has changed the setting first.
    package static let changedMeanwhile = "changed_meanwhile"

    /// The cause of an entry that gives an account its login back, by the undo link of a notice.
    package static let undone = "undo"

    /// The entry of a changed setting.
    /// - Parameters:
    ///   - name: the name of the setting.
    ///   - old: the text before; nil for the default.
    ///   - new: the text after; nil for the default.
    ///   - context: the context of the call: author, time, deadline.
    public static func setting(
        _ name: String, from old: String?, to new: String?, in context: RequestContext
    ) -> AuditEntry {
        AuditEntry(.settingChanged, object: name, changes: [AuditChange(name, from: old, to: new)], in: context)
    }

    /// The entry of a created account: ``AuditEvent/registered`` if a client made it, else
    /// ``AuditEvent/accountCreated``.
    public static func account(_ user: User.ID, madeIn context: RequestContext) -> AuditEntry {
        AuditEntry(context.actor == .client ? .registered : .accountCreated, of: user, in: context)
    }

    /// The entry of a changed profile.
    /// - Parameters:
    ///   - user: the user before the change.
    ///   - change: the new values.
    ///   - renamed: true if the login is another one than before.
    ///   - context: the context of the call: author, time, deadline.
    /// - Returns: nil if no field changed.
    public static func profile(
        of user: User, _ change: ProfileChange, renamed: Bool, in context: RequestContext
    ) -> AuditEntry? {
        var changes: [AuditChange] = []
        if let email = change.email?.text, !email.hasSameBytes(as: user.email) {
            changes.append(AuditChange("email", from: user.email, to: email))
        }
        if let username = change.username, !username.hasSameBytes(as: user.username) {
            changes.append(AuditChange("username", from: user.username, to: username))
        }
        guard !changes.isEmpty else { return nil }
        return AuditEntry(
            renamed ? .emailChanged : .profileChanged, of: user.id, session: context.actor.session, changes: changes,
            in: context)
    }
}
