// SPDX-License-Identifier: Apache-2.0

public import Logging
import Metrics

/// Something that an auditor asks for later. Carries ids, never a secret or an address.
public enum AuditEvent: Sendable, Equatable {
    case registered(User.ID)
    case loggedIn(User.ID, SessionID)
    /// One event for every cause, since the causes must not be told apart.
    case loginRefused
    case loggedOut(SessionID)
    /// All of a user's, or all but the one that asked.
    case sessionsEnded(User.ID)
    case passwordChanged(User.ID)
    /// The login is another address. The session is that of the token; nil for one without.
    case emailChanged(User.ID, SessionID?)
    case accountDeleted(User.ID)
    /// A refresh was asked for again with its own key, and answered as before.
    case refreshRepeated(User.ID, SessionID)
    /// A spent refresh token was presented again: it was stolen, or its owner's storage was (RFC 9700 §4.14.2).
    case refreshTokenReplayed(User.ID, SessionID)

    /// The stable name under which logs and metrics show the event.
    public var name: String {
        switch self {
        case .registered: "registered"
        case .loggedIn: "logged_in"
        case .loginRefused: "login_refused"
        case .loggedOut: "logged_out"
        case .sessionsEnded: "sessions_ended"
        case .passwordChanged: "password_changed"
        case .emailChanged: "email_changed"
        case .accountDeleted: "account_deleted"
        case .refreshRepeated: "refresh_repeated"
        case .refreshTokenReplayed: "refresh_token_replayed"
        }
    }
}

/// Writes audit events to the log, with the request's id where there is one, and counts them.
public struct Audit: Sendable {
    private let sink: @Sendable (AuditEvent, RequestContext) -> Void

    public init(_ sink: @escaping @Sendable (AuditEvent, RequestContext) -> Void) { self.sink = sink }

    public func record(_ event: AuditEvent, in context: RequestContext) { sink(event, context) }

    /// - Parameter logger: gives level and label.
    public init(logger: Logger) {
        self.init { event, context in
            var metadata: Logger.Metadata = ["event": "\(event.name)"]
            if let request = context.id { metadata["request"] = "\(request)" }
            switch event {
            case .registered(let user), .sessionsEnded(let user), .passwordChanged(let user),
                .accountDeleted(let user):
                metadata["user"] = "\(user)"
            case .loggedIn(let user, let session), .refreshRepeated(let user, let session),
                .refreshTokenReplayed(let user, let session):
                metadata["user"] = "\(user)"
                metadata["session"] = "\(session)"
            case .emailChanged(let user, let session):
                metadata["user"] = "\(user)"
                if let session { metadata["session"] = "\(session)" }
            case .loggedOut(let session): metadata["session"] = "\(session)"
            case .loginRefused: break
            }
            let replayed = if case .refreshTokenReplayed = event { true } else { false }
            logger.log(level: replayed ? .warning : .info, "audit", metadata: metadata)
            Counter(label: "ostiary_audit_events_total", dimensions: [("event", event.name)]).increment()
        }
    }
}
