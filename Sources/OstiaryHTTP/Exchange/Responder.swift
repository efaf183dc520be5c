// SPDX-License-Identifier: Apache-2.0

/// Answers requests.
public protocol Responder: Sendable {
    func respond(to request: IncomingRequest) async -> OutgoingResponse

    /// True if requests for a path are answered here, and not by an application around this.
    func owns(_ path: Substring) -> Bool

    /// Answers a request that needs nothing but memory. Called on the event loop, so it must not block.
    /// - Returns: nil for every other request, for which ``respond(to:)`` is called.
    func immediateResponse(to request: IncomingRequest) -> EncodedResponse?
}

extension Responder {
    public func owns(_ path: Substring) -> Bool { true }

    public func immediateResponse(to request: IncomingRequest) -> EncodedResponse? { nil }
}
