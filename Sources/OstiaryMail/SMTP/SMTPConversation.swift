// SPDX-License-Identifier: Apache-2.0

import NIOCore
import OstiaryCore

/// The reply that a login waits for (RFC 4954).
enum SMTPLogin: Equatable {
    /// The server asks for the user or the password, one by one.
    case user, password
    /// The server says if they are right.
    case result
}

/// The replies of the server and the commands that follow.
extension SMTPStateMachine {
    mutating func handle(_ reply: SMTPReply, at now: NIODeadline) -> [Action] {
        // The server closes the connection (RFC 5321 §3.8).
        if reply.code == 421 { return end("the mail server closes the connection", code: 421, at: now) }
        switch state {
        case .greeting:
            guard reply.code == 220 else { return refused("the mail server takes no mail", reply, at: now) }
            return command("EHLO \(options.clientName)", .hello, at: now)
        case .hello:
            guard reply.kind == .success else { return refused("the mail server refuses EHLO", reply, at: now) }
            return greeted(reply, at: now)
        case .upgrading:
            guard reply.code == 220 else { return refused("the mail server refuses STARTTLS", reply, at: now) }
            guard isQuiet else { return end("bytes arrived before TLS", at: now) }
            return enter(.securing, at: now) + [.startTLS]
        case .login(let step):
            return proceed(step, reply, at: now)
        case .sender, .recipient, .data, .message:
            return transfer(reply, at: now)
        case .resetting(let failure):
            guard reply.kind == .success else { return end("the mail server refuses RSET", code: reply.code, at: now) }
            return complete(.failed(failure), at: now)
        case .opening, .securing, .ready, .ended:
            return end("a reply came that no command had asked for", code: reply.code, at: now)
        case .quitting:
            return end("the connection was closed", at: now)
        }
    }

    /// The connection is ready for a message, which may wait already.
    mutating func begin(at now: NIODeadline) -> [Action] {
        guard let pending else { return enter(.ready, at: now) }
        return command("MAIL FROM:<\(pending.envelope.sender)>", .sender, at: now)
    }

    private mutating func greeted(_ reply: SMTPReply, at now: NIODeadline) -> [Action] {
        if endpoint.security == .startTLS, !isSecure {
            guard reply.parameters(of: "STARTTLS") != nil else {
                return end("the mail server offers no STARTTLS", at: now)
            }
            return command("STARTTLS", .upgrading, at: now)
        }
        guard let credentials = endpoint.credentials else { return begin(at: now) }
        state = .login(.result)
        // Nobody on the way may read a password.
        guard isSecure else { return end("a login needs TLS", at: now) }
        let mechanisms = reply.parameters(of: "AUTH") ?? []
        if mechanisms.contains(Array("PLAIN".utf8)) {
            // User and password in one line (RFC 4616).
            let secret = Base64.encode([0] + credentials.user.utf8 + [0] + credentials.password.utf8)
            return command("AUTH PLAIN \(secret)", shown: "AUTH PLAIN ***", .login(.result), at: now)
        }
        guard mechanisms.contains(Array("LOGIN".utf8)) else {
            return end("the mail server offers neither AUTH PLAIN nor AUTH LOGIN", at: now)
        }
        return command("AUTH LOGIN", .login(.user), at: now)
    }

    private mutating func proceed(_ step: SMTPLogin, _ reply: SMTPReply, at now: NIODeadline) -> [Action] {
        switch (step, reply.code, endpoint.credentials) {
        case (.result, 235, _):
            return begin(at: now)
        case (.user, 334, let credentials?):
            return command(Base64.encode(Array(credentials.user.utf8)), shown: "***", .login(.password), at: now)
        case (.password, 334, let credentials?):
            return command(Base64.encode(Array(credentials.password.utf8)), shown: "***", .login(.result), at: now)
        default:
            return refused("the mail server refuses the login", reply, at: now)
        }
    }

    private mutating func transfer(_ reply: SMTPReply, at now: NIODeadline) -> [Action] {
        guard let pending else { return end("a reply came that no command had asked for", at: now) }
        switch (state, reply.kind) {
        case (.sender, .success):
            return command("RCPT TO:<\(pending.envelope.recipient)>", .recipient, at: now)
        case (.recipient, .success):
            return command("DATA", .data, at: now)
        case (.data, .intermediate):
            let news = tell("C: (the message, \(pending.envelope.data.count) bytes)")
            return news + enter(.message, at: now) + [.write(pending.envelope.data)]
        case (.message, .success):
            return complete(.sent, at: now)
        // The server wants a login first (RFC 4954 §6): not the message is at fault.
        case (_, .permanent) where reply.code == 530:
            return end("the mail server wants a login or TLS", code: 530, at: now)
        case (_, .permanent):
            return reject(failure("the mail server refuses the message", kind: .refused, code: reply.code), at: now)
        case (_, .transient):
            return reject(failure("the mail server asks to try later", kind: .deferred, code: reply.code), at: now)
        case (_, .success), (_, .intermediate):
            return end("a reply has an unexpected code", code: reply.code, at: now)
        }
    }

    /// The message has failed. The transaction ends by itself after the message's last dot, else by `RSET`.
    private mutating func reject(_ failure: MailFailure, at now: NIODeadline) -> [Action] {
        if case .message = state { return complete(.failed(failure), at: now) }
        return command("RSET", .resetting(failure), at: now)
    }

    private mutating func complete(_ outcome: SMTPOutcome, at now: NIODeadline) -> [Action] {
        let answer: [Action] = pending.map { [.answer($0.token, outcome)] } ?? []
        pending = nil
        completed += 1
        _ = enter(.ready, at: now)
        return answer + (completed < options.messagesPerConnection ? [] : quit(at: now))
    }

    private mutating func refused(_ reason: String, _ reply: SMTPReply, at now: NIODeadline) -> [Action] {
        end(reason, code: reply.code, at: now)
    }
}
