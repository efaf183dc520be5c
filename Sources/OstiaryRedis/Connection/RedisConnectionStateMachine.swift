// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// A connection without its socket: events in, actions out, time as a parameter.
///
/// Each submitted command is answered exactly once, by its reply or at the end of the connection. A missed deadline
/// ends the connection, since a late reply would be taken for that of the next command.
struct RedisConnectionStateMachine<Token> {
    enum Action {
        case write([UInt8])
        case answer(Token, Result<RESPValue, RedisError>)
        case ready(tracking: Bool)
        /// The changed keys; nil if all may have changed.
        case invalidated([String]?)
        /// Close the socket. Returned exactly once and before the last answers, so that callers who receive those find
        /// the connection closed.
        case end(RedisError)
    }

    private enum State { case waiting, greeting(RedisHandshake), ready, ended }

    private struct Pending {
        /// nil for a `PING` of the state machine.
        let token: Token?
        let deadline: NIODeadline
        let size: Int
    }

    private let options: RedisOptions
    private var state: State
    private let handshake: RedisHandshake
    private var pending = CircularBuffer<Pending>()
    private var bytesInFlight = 0
    private var lastReply = NIODeadline.uptimeNanoseconds(0)
    /// ``tick(at:)`` has nothing to do before this time.
    private(set) var wakeUp = NIODeadline.distantFuture

    var inFlight: Int { pending.count }
    var hasEnded: Bool { if case .ended = state { true } else { false } }

    init(handshake: RedisHandshake, options: RedisOptions) {
        self.handshake = handshake
        self.options = options
        state = .waiting
    }

    /// The socket is open.
    /// - Parameter deadline: the deadline of the whole handshake.
    mutating func opened(deadline: NIODeadline) -> [Action] {
        guard case .waiting = state else { return [] }
        state = .greeting(handshake)
        wakeUp = deadline
        return [.write(RESPEncoder.encode(handshake.greeting))]
    }

    /// A command for the server.
    /// - Parameter command: an encoded command with exactly one reply.
    mutating func submit(_ command: [UInt8], token: Token, deadline: NIODeadline, at now: NIODeadline) -> [Action] {
        func refused(_ code: RedisError.Code) -> [Action] { [.answer(token, .failure(RedisError(code)))] }
        guard case .ready = state else { return refused(.notConnected) }
        guard deadline > now else { return refused(.timedOut) }
        guard pending.count < options.commandsInFlight, command.count <= options.bytesInFlight - bytesInFlight else {
            return refused(.overloaded)
        }
        return [enqueue(command, token: token, deadline: deadline)]
    }

    mutating func received(_ value: RESPValue, at now: NIODeadline) -> [Action] {
        switch (state, value) {
        case (.ready, .push(let parts)):
            lastReply = now
            return Self.invalidation(parts)
        // All keys are read after the handshake, so earlier notices are not needed.
        case (_, .push), (.ended, _):
            return []
        case (.waiting, _):
            return end(RedisError(.protocolViolation))
        case (.greeting(var handshake), _):
            let progress = handshake.received(value)
            state = .greeting(handshake)
            return proceed(progress, at: now)
        case (.ready, _):
            lastReply = now
            return answer(with: value)
        }
    }

    /// Ends the connection after a missed deadline, and sends a `PING` after a time without replies.
    mutating func tick(at now: NIODeadline) -> [Action] {
        guard now >= wakeUp else { return [] }
        switch state {
        case .waiting, .ended:
            return []
        case .greeting:
            return end(RedisError(.timedOut))
        case .ready:
            if pending.contains(where: { $0.deadline <= now }) { return end(RedisError(.timedOut), at: now) }
            let pingAt = lastReply + TimeAmount(clamped: options.pingInterval)
            if pending.isEmpty, pingAt <= now {
                wakeUp = .distantFuture
                return [enqueue(Self.ping, token: nil, deadline: now + TimeAmount(clamped: options.pingDeadline))]
            }
            // A command in flight takes the place of the PING; its reply may come long before its deadline.
            let next = pending.isEmpty ? pingAt : now + TimeAmount(clamped: options.pingInterval)
            wakeUp = pending.reduce(next) { min($0, $1.deadline) }
            return []
        }
    }

    /// Ends the connection: the socket was closed, its bytes were malformed, or the owner closes it.
    mutating func failed(_ reason: RedisError) -> [Action] { end(reason) }

    private mutating func proceed(_ progress: RedisHandshake.Progress, at now: NIODeadline) -> [Action] {
        switch progress {
        case .send(let command):
            return [.write(RESPEncoder.encode(command))]
        case .failed(let error):
            return end(error)
        case .done(let tracking):
            state = .ready
            lastReply = now
            wakeUp = now + TimeAmount(clamped: options.pingInterval)
            return [.ready(tracking: tracking)]
        }
    }

    private mutating func enqueue(_ command: [UInt8], token: Token?, deadline: NIODeadline) -> Action {
        pending.append(Pending(token: token, deadline: deadline, size: command.count))
        bytesInFlight += command.count
        wakeUp = min(wakeUp, deadline)
        return .write(command)
    }

    private mutating func answer(with value: RESPValue) -> [Action] {
        guard let answered = pending.popFirst() else { return end(RedisError(.protocolViolation)) }
        bytesInFlight -= answered.size
        guard case .error(let text) = value else {
            return answered.token.map { [.answer($0, .success(value))] } ?? []
        }
        let error = RedisError(reply: text)
        let answer: [Action] = answered.token.map { [.answer($0, .failure(error))] } ?? []
        // The server replaces its data, so earlier values are outdated; a new handshake waits for the new data.
        return error.code == .loading ? end(error) + answer : answer
    }

    private mutating func end(_ reason: RedisError, at now: NIODeadline = .uptimeNanoseconds(0)) -> [Action] {
        guard !hasEnded else { return [] }
        state = .ended
        wakeUp = .distantFuture
        defer { pending.removeAll() }
        let answers: [Action] = pending.compactMap { command in
            let code: RedisError.Code = command.deadline <= now ? .timedOut : .connectionClosed
            return command.token.map { .answer($0, .failure(RedisError(code))) }
        }
        return [.end(reason)] + answers
    }

    private static func invalidation(_ parts: [RESPValue]) -> [Action] {
        guard parts.first?.bytes == Array("invalidate".utf8) else { return [] }
        guard parts.count == 2, let keys = parts[1].elements else { return [.invalidated(nil)] }
        return [.invalidated(keys.compactMap(\.bytes).map { String(decoding: $0, as: UTF8.self) })]
    }

    private static var ping: [UInt8] { RESPEncoder.encode(["PING"]) }
}
