// SPDX-License-Identifier: Apache-2.0

/// One line of the audit log: an effect, its author and its subject. Written in the transaction of the effect.
public struct AuditEntry: Sendable, Equatable {
    /// The order in which entries were written; 0 before that.
    public var id: Int64
    public var at: Timestamp
    public var event: AuditEvent
    /// The author: `client`, `user:42`, `operator:root`, `system` or `another program`.
    public var actor: String
    /// The account that the effect concerns.
    public var user: User.ID?
    public var session: SessionID?
    /// The client's address, for the log line; rows have its network only.
    public var address: IPAddress?
    /// The client's network.
    public var network: Network?
    /// The id of the request, which its answer tells as `X-Request-ID`.
    public var request: String?
    /// Why, in a word of the documentation.
    public var cause: String?
    /// Something else than an account that the effect concerns: the name of a setting, the fingerprint of a key, the keyed
    /// digest of an address that was tried.
    public var object: String?
    /// Sorted by name.
    public var changes: [AuditChange]
    /// How often it happened: refusals are counted.
    public var count: Int

    /// - Parameter context: tells author, time, client and request.
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

    /// As it was stored.
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

/// The value of one thing before and after.
public struct AuditChange: Sendable, Equatable {
    public var name: String
    /// nil for none.
    public var old: String?
    /// nil for none.
    public var new: String?

    public init(_ name: String, from old: String?, to new: String?) {
        self.name = name
        self.old = old
        self.new = new
    }
}

extension AuditChange {
    /// How many sessions of an account went on before and after.
    public static func sessions(ended: Int, left: Int) -> AuditChange {
        AuditChange("sessions", from: String(ended + left), to: String(left))
    }
}

extension AuditEntry {
    /// - Parameters:
    ///   - old: nil for the default.
    ///   - new: nil for the default.
    public static func setting(
        _ name: String, from old: String?, to new: String?, in context: RequestContext
    ) -> AuditEntry {
        AuditEntry(.settingChanged, object: name, changes: [AuditChange(name, from: old, to: new)], in: context)
    }

    /// An account that was made: by its owner or by an operator.
    public static func account(_ user: User.ID, madeIn context: RequestContext) -> AuditEntry {
        AuditEntry(context.actor == .client ? .registered : .accountCreated, of: user, in: context)
    }

    /// - Returns: nil where nothing changed.
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
