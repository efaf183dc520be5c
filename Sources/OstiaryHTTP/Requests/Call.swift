public import OstiaryCore

/// A request as a handler sees it: negotiated, authenticated where asked, its body parsed.
public struct Call: Sendable {
    let payload: Payload
    public let origin: ClientOrigin
    /// The values of the `Idempotency-Key` header, as sent.
    let idempotencyKeys: [String]
}
