// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1

/// The rules of one HTTP/1.1 connection, without its channel: events in, actions out, time as a parameter.
///
/// One request is served at a time. It is answered when it is whole, or as soon as it is known to be too large; the next
/// one begins when the client has taken the answer. A client that takes no answers gets no further requests served.
struct ConnectionStateMachine {
    /// A finding of the decoder.
    enum Part {
        case head(HTTPRequestHead)
        case body(ByteBuffer)
        case end
        /// Not HTTP: the decoder cannot go on.
        case malformed
    }

    enum Action {
        /// Write the interim answer 100 (RFC 9110 §15.2.1).
        case writeContinue
        /// Have the request answered, then call ``respond(_:)``.
        /// - Parameter mayBeImmediate: false if an answer from memory could not tell that it is the last.
        case serve(HTTPRequestHead, IncomingRequest.Body, mayBeImmediate: Bool)
        /// Write the answer, then call ``written()``.
        /// - Parameter isLast: true if nothing that follows is decoded.
        case write(EncodedResponse, isLast: Bool)
        /// Decode nothing more; the answer to the current request is still to come.
        case stopDecoding
        /// Close the sending half and drop what still comes in.
        case closeOutput
        case close
    }

    /// The request that is being received or answered.
    private struct Current {
        let head: HTTPRequestHead
        var body: IncomingBody
        /// True until its end has come in.
        var isReceiving = true
        var isServed = false
        var isAnswered = false
        /// True once the client has taken the answer.
        var isTaken = false
    }

    private let limits: ConnectionLimits
    private let budget: Budget
    private var current: Current?
    /// Parts behind the current request; ``RequestPacer`` keeps them few.
    private var waiting: [Part] = []
    private var isInputClosed = false
    private var isQuiescing = false
    /// True at a request behind which the decoder decodes nothing more.
    private(set) var isLeavingHTTP = false
    /// True once the last answer is decided: requests that wait are not executed, so their client may send them again
    /// (RFC 9112 §9.6).
    private(set) var isEnding = false

    private(set) var phase = ConnectionPhase.head { didSet { isTimed = false } }
    /// The moment at which the connection is given up; nil while the client is not waited for.
    private(set) var deadline: NIODeadline?
    private var isTimed = false

    /// The memory of bodies under way.
    struct Budget {
        /// Takes so many bytes; false if fewer are left.
        var reserve: (Int) -> Bool = { _ in true }
        var release: (Int) -> Void = { _ in }
    }

    init(limits: ConnectionLimits = ConnectionLimits(), budget: Budget = Budget()) {
        self.limits = limits
        self.budget = budget
    }

    // MARK: Events

    /// The first bytes behind a request have come in.
    mutating func bytesArrived() {
        if phase == .idle { phase = .head }
    }

    mutating func receive(_ part: Part) -> Action? {
        if case .head(let head) = part { isLeavingHTTP = Framing.leavesHTTP(head) }
        guard !isEnding else { return nil }
        if let current, current.isServed, !current.isReceiving {
            waiting.append(part)
            return nil
        }
        return take(part)
    }

    /// The current request has its answer.
    mutating func respond(_ answer: EncodedResponse) -> Action? {
        guard let current else { return nil }
        self.current?.isAnswered = true
        if isEnding || answer.closes || Framing.isLast(current.head) || isQuiescing || isInputClosed && waiting.isEmpty {
            return last(answer)
        }
        return .write(answer, isLast: false)
    }

    /// The answer has left this process.
    /// - Returns: nil where the connection goes on: ``next()`` tells with what.
    mutating func written() -> Action? {
        current?.isTaken = true
        guard isEnding else { return nil }
        guard !isInputClosed else { return close() }
        phase = .lingering
        return .closeOutput
    }

    /// The decoder has told all that it knows, or an answer was taken.
    /// - Returns: the next action; to be called until there is none.
    mutating func next() -> Action? {
        if let current, current.isServed {
            guard current.isTaken, !current.isReceiving else { return nil }
            forget()
            phase = .idle
        }
        while !waiting.isEmpty, !isEnding {
            if let action = take(waiting.removeFirst()) { return action }
        }
        return current == nil && (isQuiescing || isInputClosed) && !isEnding ? close() : nil
    }

    /// The client sends nothing more.
    mutating func inputClosed() -> Action? {
        isInputClosed = true
        return isWaitingForInput ? close() : nil
    }

    /// The listener has closed.
    mutating func quiesce() -> Action? {
        isQuiescing = true
        return current == nil && phase != .writing ? close() : nil
    }

    /// The connection is gone.
    mutating func closed() {
        waiting = []
        forget()
        deadline = nil
    }

    // MARK: Time

    /// Lets the deadline of the phase begin. Most requests come and go within one read, and cost no clock.
    /// - Parameter now: read only where a deadline begins.
    /// - Returns: false if it has begun before.
    mutating func settle(at now: @autoclosure () -> NIODeadline) -> Bool {
        guard !isTimed else { return false }
        isTimed = true
        deadline = limits.limit(of: phase).map { now() + $0 }
        return true
    }

    mutating func wait(for phase: ConnectionPhase, at now: NIODeadline) {
        self.phase = phase
        _ = settle(at: now)
    }

    // MARK: Rules

    private mutating func take(_ part: Part) -> Action? {
        switch part {
        case .head(let head) where current == nil && Framing.isUnambiguous(head): return begin(head)
        case .body(let bytes):
            guard current?.isServed == false else { return nil }
            switch current?.body.add(bytes, reserve: budget.reserve) {
            case .tooLarge: return serve(.tooLarge)
            case .refused:
                // There is no memory for its body now, so it was not served and may be sent again.
                current?.isServed = true
                current?.isAnswered = true
                return last(EncodedResponse(.unavailable(retryAfter: 1)))
            case .added, nil: return nil
            }
        case .end:
            current?.isReceiving = false
            guard let current, !current.isServed else { return next() }
            return serve(.bytes(current.body.bytes))
        case .head, .malformed: return end()
        }
    }

    private mutating func begin(_ head: HTTPRequestHead) -> Action? {
        let announced = Framing.announcedLength(head)
        current = Current(head: head, body: IncomingBody(announced: announced))
        phase = .body
        if let announced, announced > IncomingRequest.Body.maximumSize { return serve(.tooLarge) }
        return Framing.awaitsContinue(head) ? .writeContinue : nil
    }

    private mutating func serve(_ body: IncomingRequest.Body) -> Action? {
        guard let head = current?.head else { return nil }
        current?.isServed = true
        if current?.isReceiving == false { phase = .responding }
        return .serve(head, body, mayBeImmediate: !isQuiescing && !isInputClosed && !Framing.isLast(head))
    }

    /// The place where the next request begins is unknown: the current one is answered, once, and nothing behind it.
    private mutating func end() -> Action? {
        isEnding = true
        guard let current, current.isServed else { return .write(.malformed, isLast: true) }
        guard current.isTaken else { return .stopDecoding }
        phase = .lingering
        return isInputClosed ? close() : .closeOutput
    }

    private mutating func last(_ answer: EncodedResponse) -> Action {
        isEnding = true
        waiting = []
        return .write(answer.closing, isLast: true)
    }

    private mutating func close() -> Action {
        isEnding = true
        return .close
    }

    private mutating func forget() {
        if let reserved = current?.body.reserved, reserved > 0 { budget.release(reserved) }
        current = nil
    }

    /// True if the server has nothing to say before the client says more.
    private var isWaitingForInput: Bool {
        guard phase != .writing else { return false }
        guard let current else { return true }
        return current.isReceiving && (current.isAnswered || !current.isServed)
    }
}
