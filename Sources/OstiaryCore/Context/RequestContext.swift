// SPDX-License-Identifier: Apache-2.0

/// The request that a call belongs to: its author, its client, its time and its limit.
///
/// Services take it and pass it on to stores, so that nothing is written without an author.
public struct RequestContext: Sendable {
    /// The author of what a call does.
    public enum Actor: Sendable, Equatable {
        /// A client that has proven nothing before this call.
        case client
        /// A user, proven by an access token.
        case user(Identity)
        /// A user of the operating system who runs a command, by name.
        case `operator`(String)
        /// The server itself.
        case system
        /// A program that shares the store of the settings and writes to it beside this one: a Django, `redis-cli`.
        case anotherProgram
    }

    /// Names the request in logs and in its answer (`X-Request-ID`); nil for what no request has asked for.
    public var id: String?
    public var actor: Actor
    /// The moment after which nobody waits for the answer any more; nil for no limit. However many calls of stores a
    /// request needs, those that wait give up by then.
    public var deadline: ContinuousClock.Instant?
    /// The time at which the call counts as made.
    public var now: Timestamp
    private var readOrigin: @Sendable () -> ClientOrigin

    /// The client's address and user agent. Worked out when it is asked for: few requests need it.
    public var origin: ClientOrigin { readOrigin() }

    /// - Parameters:
    ///   - id: of the request; nil for what no request has asked for.
    ///   - actor: the author.
    ///   - deadline: nil for no limit.
    ///   - now: the time at which the call counts as made.
    ///   - origin: called each time the origin is asked for.
    public init(
        id: String? = nil, actor: Actor, deadline: ContinuousClock.Instant? = nil, now: Timestamp,
        origin: @escaping @Sendable () -> ClientOrigin = { ClientOrigin() }
    ) {
        self.id = id
        self.actor = actor
        self.deadline = deadline
        self.now = now
        self.readOrigin = origin
    }

    /// The same at another time: a request may have waited.
    public func at(_ now: Timestamp) -> RequestContext {
        var context = self
        context.now = now
        return context
    }

    /// The same with another author.
    public func by(_ actor: Actor) -> RequestContext {
        var context = self
        context.actor = actor
        return context
    }
}

extension RequestContext.Actor {
    /// As audit entries name it.
    public var name: String {
        switch self {
        case .client: "client"
        case .user(let identity): "user:\(identity.user.id)"
        case .operator(let name): "operator:\(name)"
        case .system: "system"
        case .anotherProgram: "another program"
        }
    }

    /// The session that a user's access token belongs to.
    public var session: SessionID? {
        if case .user(let identity) = self { identity.token.sessionID } else { nil }
    }
}
