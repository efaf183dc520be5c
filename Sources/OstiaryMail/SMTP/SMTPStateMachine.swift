// SPDX-License-Identifier: Apache-2.0

import NIOCore
import OstiaryCore

/// The end of an attempt to send a message.
enum SMTPOutcome: Sendable, Equatable {
    case sent
    case failed(MailFailure)
    /// The server closed the connection before it heard of the message; a new connection may do better.
    case stale
}

/// A connection without its socket: events in, actions out, time as a parameter. It has one message at a time.
struct SMTPStateMachine<Token> {
    enum Action {
        case write([UInt8])
        /// Begin TLS on the open connection, and call ``SMTPStateMachine/secured(at:)``.
        case startTLS
        case answer(Token, SMTPOutcome)
        /// A line of the dialogue for a person, without secrets.
        case tell(String)
        /// Close the socket. Returned exactly once.
        case end
    }

    enum State {
        case opening, securing, greeting, hello, upgrading
        case login(SMTPLogin)
        case ready
        case sender, recipient, data, message
        /// The message has failed; the server forgets it.
        case resetting(MailFailure)
        case quitting
        /// The reason is nil if the connection had been in use.
        case ended(MailFailure?)
    }

    struct Pending {
        let envelope: SMTPEnvelope
        let token: Token
        let deadline: NIODeadline
    }

    let endpoint: SMTPEndpoint
    let options: SMTPOptions
    /// True if lines of the dialogue are wanted.
    private let isObserved: Bool
    var state = State.opening
    private var decoder: SMTPReplyDecoder
    private(set) var isSecure = false
    var pending: Pending?
    /// The messages that were sent or refused.
    var completed = 0
    private var deadline = NIODeadline.distantFuture

    init(endpoint: SMTPEndpoint, options: SMTPOptions, isObserved: Bool = false) {
        self.endpoint = endpoint
        self.options = options
        self.isObserved = isObserved
        decoder = SMTPReplyDecoder(limits: options.limits)
    }

    /// ``tick(at:)`` has nothing to do before this time.
    var wakeUp: NIODeadline { min(deadline, pending?.deadline ?? .distantFuture) }

    /// The socket is open; with ``SMTPEndpoint/Security/implicit``, TLS has begun.
    mutating func opened(at now: NIODeadline) -> [Action] {
        guard case .opening = state else { return [] }
        return enter(endpoint.security == .implicit ? .securing : .greeting, at: now)
    }

    /// TLS is on.
    mutating func secured(at now: NIODeadline) -> [Action] {
        guard case .securing = state else { return [] }
        isSecure = true
        let news = tell("* TLS begins")
        if endpoint.security == .implicit { return news + enter(.greeting, at: now) }
        return news + command("EHLO \(options.clientName)", .hello, at: now)
    }

    /// A message to send. It waits until the connection is ready.
    mutating func submit(
        _ envelope: SMTPEnvelope, token: Token, deadline: NIODeadline, at now: NIODeadline
    ) -> [Action] {
        switch state {
        case .ended(let reason?): return [.answer(token, .failed(reason))]
        case .ended(nil), .quitting: return [.answer(token, .stale)]
        default: break
        }
        guard pending == nil else { return [.answer(token, .failed(failure("another message is under way")))] }
        pending = Pending(envelope: envelope, token: token, deadline: deadline)
        if case .ready = state { return begin(at: now) }
        return []
    }

    mutating func received(_ bytes: some Sequence<UInt8>, at now: NIODeadline) -> [Action] {
        if hasEnded { return [] }
        if case .securing = state { return end("bytes arrived in the place of TLS", at: now) }
        decoder.feed(bytes)
        var actions: [Action] = []
        do throws(SMTPReplyDecoder.Fault) {
            while !hasEnded, let reply = try decoder.next() {
                actions += reply.lines.flatMap { tell(Self.shown($0, code: reply.code)) }
                actions += handle(reply, at: now)
            }
        } catch {
            actions += end(error.reason, at: now)
        }
        return actions
    }

    /// Ends a connection whose server does not answer in time, and one that is not used.
    mutating func tick(at now: NIODeadline) -> [Action] {
        guard now >= wakeUp, !hasEnded else { return [] }
        if case .ready = state { return quit(at: now) }
        return end("no answer in time", at: now)
    }

    /// Takes leave of the server, unless a message is under way.
    mutating func quit(at now: NIODeadline) -> [Action] {
        guard case .ready = state else { return pending == nil ? end("the connection was closed", at: now) : [] }
        return command("QUIT", .quitting, at: now)
    }

    /// The socket was closed or has failed.
    mutating func failed(_ reason: String, at now: NIODeadline) -> [Action] { end(reason, at: now) }

    // MARK: For the conversation

    var hasEnded: Bool { if case .ended = state { true } else { false } }

    /// True if TLS could begin: the server has said nothing since its reply (RFC 3207 §4.2 on injected bytes).
    var isQuiet: Bool { decoder.isEmpty }

    mutating func enter(_ state: State, at now: NIODeadline) -> [Action] {
        self.state = state
        let limit: Duration =
            switch state {
            case .ready: options.idleTime
            case .quitting: min(options.stepTimeout, .seconds(2))
            default: options.stepTimeout
            }
        deadline = now + TimeAmount(clamped: limit)
        return []
    }

    /// - Parameter shown: the line for the observer, if the command itself is a secret.
    mutating func command(_ text: String, shown: String? = nil, _ next: State, at now: NIODeadline) -> [Action] {
        tell("C: \(shown ?? text)") + enter(next, at: now) + [.write(Array(text.utf8) + [0x0D, 0x0A])]
    }

    func tell(_ line: @autoclosure () -> String) -> [Action] { isObserved ? [.tell(line())] : [] }

    func failure(_ reason: String, kind: MailFailure.Kind = .unavailable, code: Int? = nil) -> MailFailure {
        MailFailure(kind, step: state.step, code: code, reason: reason)
    }

    /// Ends the connection, and the attempt to send the message with it.
    mutating func end(_ reason: String, code: Int? = nil, at now: NIODeadline) -> [Action] {
        guard !hasEnded else { return [] }
        let failure = failure(reason, code: code)
        let (outcome, isHandshake): (SMTPOutcome, Bool) =
            switch state {
            case .resetting(let first): (.failed(first), false)
            // The server may close a connection that it has kept for long, or may have forgotten it.
            case .sender where completed > 0 && (pending?.deadline ?? now) > now: (.stale, false)
            case .ready, .quitting: (.stale, false)
            case .sender, .recipient, .data, .message: (.failed(failure), false)
            default: (.failed(failure), true)
            }
        let answer: [Action] = pending.map { [.answer($0.token, outcome)] } ?? []
        pending = nil
        state = .ended(isHandshake ? failure : nil)
        deadline = .distantFuture
        return tell("* \(failure)") + [.end] + answer
    }

    /// A line of the server as printable ASCII of bounded length.
    private static func shown(_ line: [UInt8], code: Int) -> String {
        let text = line.prefix(200).map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }
        return "S: \(code) \(String(decoding: text, as: UTF8.self))"
    }
}

extension SMTPStateMachine.State {
    /// The name of the step for ``MailFailure/step``.
    var step: String {
        switch self {
        case .opening: "connect"
        case .securing: "tls"
        case .greeting: "banner"
        case .hello: "ehlo"
        case .upgrading: "starttls"
        case .login: "auth"
        case .ready: "idle"
        case .sender: "sender"
        case .recipient: "recipient"
        case .data: "data"
        case .message: "message"
        case .resetting: "reset"
        case .quitting: "quit"
        case .ended: "ended"
        }
    }
}
