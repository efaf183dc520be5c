// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

/// A request as a handler sees it: negotiated, authenticated where asked, its body parsed.
public struct Call: Sendable {
    let payload: Payload
    /// The client and its time. The actor is the user where the endpoint asks for a token.
    public let context: RequestContext
    /// What stands for `{id}` in the endpoint's path, as sent.
    let argument: String?
    private let target: String
    /// The values of the `Idempotency-Key` header, as sent.
    let idempotencyKeys: [String]

    init(
        payload: Payload, context: RequestContext, argument: String?, target: String, idempotencyKeys: [String]
    ) {
        self.payload = payload
        self.context = context
        self.argument = argument
        self.target = target
        self.idempotencyKeys = idempotencyKeys
    }

    /// - Returns: the first value of a parameter of the query; nil when it is absent.
    func query(_ name: String) -> String? { Query.value(of: name, in: target) }
}
