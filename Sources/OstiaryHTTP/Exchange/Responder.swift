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
}

extension Responder {
    /// True: a responder answers every path by default.
    public func owns(_ path: Substring) -> Bool { true }

    /// nil: a responder answers nothing from memory by default.
    public func immediateResponse(to request: IncomingRequest) -> EncodedResponse? { nil }
}
