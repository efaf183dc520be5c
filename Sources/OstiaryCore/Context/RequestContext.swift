// SPDX-License-Identifier: Apache-2.0

/// The request that a call belongs to: author, client, time and deadline.
///
/// Services pass it on to stores, so that every write has an author.
public struct RequestContext: Sendable {
    /// The author of a call.
    public enum Actor: Sendable, Equatable {
        /// A client that is not authenticated.
        case client
        /// A user who is authenticated by an access token.
        case user(Identity)
        /// A program that is authenticated as a client: the id of that.
        case registeredClient(String)
        /// An operator who runs a command: the name of the user of the operating system.
        case `operator`(String)
        /// The server itself.
        case system
        /// Another program that writes to the store of settings, such as Django or `redis-cli`.
        case anotherProgram
    }

    /// The id of the request in logs and in its answer (`X-Request-ID`); nil for a call without request.
    public var id: String?
    /// The author of the call: stores judge their rights and name them in the audit log.
    public var actor: Actor
    /// The moment after which nobody waits for the answer; calls of stores give up by then. nil for no limit.
    public var deadline: ContinuousClock.Instant?
    /// The time of the call.
    public var now: Timestamp
    private var readOrigin: @Sendable () -> ClientOrigin

    /// The client's address and user agent. Computed at each access: few requests need it.
    public var origin: ClientOrigin { readOrigin() }

    /// - Parameters:
    ///   - id: the id of the request; nil for a call without request.
    ///   - actor: the author.
    ///   - deadline: nil for no limit.
    ///   - now: the time of the call.
    ///   - origin: called at each access of ``origin``.
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

    /// The context with another time, for a request that has waited.
    public func at(_ now: Timestamp) -> RequestContext {
        var context = self
        context.now = now
        return context
    }

    /// The context with another five seconds, for one of many transactions of a long request.
    var renewed: RequestContext {
        var context = self
        if deadline != nil { context.deadline = ContinuousClock.now + .seconds(5) }
        return context
    }

    /// The context with another author.
    public func by(_ actor: Actor) -> RequestContext {
        var context = self
        context.actor = actor
        return context
    }
}

extension RequestContext.Actor {
    /// The name in audit entries, such as `user:42`.
    public var name: String {
        switch self {
        case .client: "client"
        case .user(let identity): "user:\(identity.user.id)"
        case .registeredClient(let id): "client:\(id)"
        case .operator(let name): "operator:\(name)"
        case .system: "system"
        case .anotherProgram: "another program"
        }
    }

    /// True if a text can be the ``name`` of an author.
    package static func isName(_ text: String) -> Bool {
        if let id = text.withoutBytePrefix("user:") { return User.ID(id) != nil }
        if let id = text.withoutBytePrefix("client:") { return !id.isEmpty }
        if let name = text.withoutBytePrefix("operator:") { return !name.isEmpty }
        return [RequestContext.Actor.client, .system, .anotherProgram].contains { $0.name.hasSameBytes(as: text) }
    }

    /// The session of a user's access token; nil for any other author.
    public var session: SessionID? {
        if case .user(let identity) = self { identity.token.sessionID } else { nil }
    }
}

extension String {
    /// - Returns: the text behind the prefix; nil if the text does not begin with it.
    fileprivate func withoutBytePrefix(_ prefix: String) -> String? {
        hasBytePrefix(prefix) ? String(decoding: utf8.dropFirst(prefix.utf8.count), as: UTF8.self) : nil
    }
}
