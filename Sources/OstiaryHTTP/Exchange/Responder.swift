// SPDX-License-Identifier: Apache-2.0

/// Answers requests.
public protocol Responder: Sendable {
    /// Answers a request. Errors become answers too.
    func respond(to request: IncomingRequest) async -> OutgoingResponse

    /// True if this responder answers requests for the path; an application around it answers all others.
    /// - Parameter path: the path without its query, as sent.
    func owns(_ path: Substring) -> Bool

    /// Answers a request that needs nothing but memory. Called on the event loop, so it must not block.
    /// - Returns: the answer; nil if ``respond(to:)`` must be called.
    func immediateResponse(to request: IncomingRequest) -> EncodedResponse?

    /// The wait of a request before it is answered, which keeps less memory than a wait inside ``respond(to:)``. Called on
    /// the event loop, so it must not block.
    /// - Returns: the wait; nil for none.
    func wait(before request: IncomingRequest) -> RequestWait?
}

/// Returns when a request is to be answered, at once where its task is cancelled: true if the wait is over, false if the
/// request may wait once more while it is answered.
public typealias RequestWait = @Sendable () async -> Bool

extension Responder {
    /// True: a responder answers every path by default.
    public func owns(_ path: Substring) -> Bool { true }

    /// nil: a responder answers nothing from memory by default.
    public func immediateResponse(to request: IncomingRequest) -> EncodedResponse? { nil }

    /// nil: no request waits by default.
    public func wait(before request: IncomingRequest) -> RequestWait? { nil }
}
