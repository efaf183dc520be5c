// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1

/// The rules of one HTTP/1.1 connection, without its channel: events in, actions out, time as a parameter.
///
/// One request is served at a time. A request is answered when it is complete, or as soon as it is known to be too
/// large; the next one begins when the client has taken the answer. A client that takes no answers gets no further
/// requests served.
struct ConnectionStateMachine {
    /// An event of the decoder.
    enum Part {
        case head(HTTPRequestHead)
        case body(ByteBuffer)
        case end
        /// Bytes that are not HTTP: the decoder cannot go on.
        case malformed
    }

    enum Action {
        /// Write the interim answer 100 (RFC 9110 §15.2.1).
        case writeContinue
        /// Have the request answered, then call ``respond(_:)``.
        /// - Parameter mayBeImmediate: false if the answer must carry `Connection: close`, which immediate answers
        ///   cannot.
        case serve(HTTPRequestHead, IncomingRequest.Body, mayBeImmediate: Bool)
        /// Write the answer, then call ``written()``.
        /// - Parameter isLast: true if no further request is decoded.
        case write(EncodedResponse, isLast: Bool)
        /// Stop decoding; the current request is still to be answered.
        case stopDecoding
        /// Close the sending half and drop all further bytes of the client.
        case closeOutput
        case close
    }

    /// The request that is being received or answered.
    private struct Current {
        let head: HTTPRequestHead
        /// True if the client wants the connection closed behind it.
        let isLast: Bool
        var body: IncomingBody
        /// True until the end of the request has arrived.
        var isReceiving = true
        var isServed = false
        var isAnswered = false
        /// True once the client has taken the answer.
        var isTaken = false
    }

    private let limits: ConnectionLimits
    private let budget: Budget
    private var current: Current?
    /// Parts of later requests; ``PipelineThrottle`` keeps their number small.
    private var waiting: [Part] = []
    private var isInputClosed = false
    private var isQuiescing = false
    /// True after a request behind which the decoder decodes nothing more.
    private(set) var isSwitchingProtocol = false
    /// True once the last answer is decided. Requests that wait are not executed, so their client may send them again
    /// (RFC 9112 §9.6).
    private(set) var isEnding = false

    private(set) var phase = ConnectionPhase.head { didSet { isTimed = false } }
    /// The time at which the connection is closed; nil while it does not wait for the client.
    private(set) var deadline: NIODeadline?
    private var isTimed = false

    /// The memory budget of bodies that are being received.
    struct Budget {
        /// Takes the given number of bytes; false if fewer are left.
        var reserve: (Int) -> Bool = { _ in true }
        var release: (Int) -> Void = { _ in }
    }

    init(limits: ConnectionLimits = ConnectionLimits(), budget: Budget = Budget()) {
        self.limits = limits
        self.budget = budget
    }

    // MARK: Events

    /// The first bytes of the next request have arrived.
    mutating func bytesArrived() {
        if phase == .idle { phase = .head }
    }

    mutating func receive(_ part: Part) -> Action? {
        if case .head(let head) = part { isSwitchingProtocol = Framing.switchesProtocol(head) }
        guard !isEnding else { return nil }
        if current?.isServed == true, current?.isReceiving == false {
            waiting.append(part)
            return nil
        }
        return take(part)
    }

    /// The answer to the current request is ready.
    mutating func respond(_ answer: EncodedResponse) -> Action? {
        guard let isLast = current?.isLast else { return nil }
        current?.isAnswered = true
        if isEnding || answer.closes || isLast || isQuiescing || isInputClosed && waiting.isEmpty {
            return last(answer)
        }
        return .write(answer, isLast: false)
    }

    /// The channel has written the answer.
    /// - Returns: the end of the connection; nil if it goes on, with the action of ``next()``.
    mutating func written() -> Action? {
        current?.isTaken = true
        guard isEnding else { return nil }
        guard !isInputClosed else { return close() }
        phase = .lingering
        return .closeOutput
    }

    /// Continues after the decoder has reported a part, or after the client has taken an answer.
    /// - Returns: the next action; call again until it is nil.
    mutating func next() -> Action? {
        if current?.isServed == true {
            guard current?.isTaken == true, current?.isReceiving == false else { return nil }
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

    /// Starts the deadline of the phase. Most requests begin and end within one read and need no deadline.
    /// - Parameter now: evaluated only if a deadline starts.
    /// - Returns: false if the deadline was started before.
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
                // No memory is left for the body. The request was not executed, so the client may send it again.
                current?.isServed = true
                current?.isAnswered = true
                return last(EncodedResponse(.unavailable(retryAfter: 1)))
            case .added, nil: return nil
            }
        case .end:
            current?.isReceiving = false
            guard current?.isServed == false else { return next() }
            return serve(.bytes(current?.body.bytes ?? []))
        case .head, .malformed: return end()
        }
    }

    private mutating func begin(_ head: HTTPRequestHead) -> Action? {
        let announced = Framing.announcedLength(head)
        // The head that leaves HTTP is the last one that was decoded; others may have waited before it.
        let switchesProtocol = isSwitchingProtocol && Framing.switchesProtocol(head)
        current = Current(
            head: head, isLast: Framing.isLast(head, switchesProtocol: switchesProtocol),
            body: IncomingBody(announced: announced))
        phase = .body
        if let announced, announced > IncomingRequest.Body.maximumSize { return serve(.tooLarge) }
        return Framing.awaitsContinue(head) ? .writeContinue : nil
    }

    private mutating func serve(_ body: IncomingRequest.Body) -> Action? {
        guard let head = current?.head, let isLast = current?.isLast else { return nil }
        current?.isServed = true
        if current?.isReceiving == false { phase = .responding }
        return .serve(head, body, mayBeImmediate: !isQuiescing && !isInputClosed && !isLast)
    }

    /// Ends decoding, since the start of the next request is unknown: only the current request is answered.
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

    /// True if the server sends nothing before the client sends more.
    private var isWaitingForInput: Bool {
        guard phase != .writing else { return false }
        guard let current else { return true }
        return current.isReceiving && (current.isAnswered || !current.isServed)
    }
}
