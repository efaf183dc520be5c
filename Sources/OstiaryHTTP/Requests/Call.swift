// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

/// A request as a handler sees it: negotiated, authenticated where asked, its body parsed.
public struct Call: Sendable {
    let payload: Payload
    private let readOrigin: @Sendable () -> ClientOrigin
    /// What stands for `{id}` in the endpoint's path, as sent.
    let argument: String?
    private let target: String
    /// The values of the `Idempotency-Key` header, as sent.
    let idempotencyKeys: [String]

    init(
        payload: Payload, origin: @escaping @Sendable () -> ClientOrigin, argument: String?, target: String,
        idempotencyKeys: [String]
    ) {
        self.payload = payload
        self.readOrigin = origin
        self.argument = argument
        self.target = target
        self.idempotencyKeys = idempotencyKeys
    }

    /// From where it came. Worked out when it is asked for: few handlers do.
    public var origin: ClientOrigin { readOrigin() }

    /// - Returns: the first value of a parameter of the query; nil when it is absent.
    func query(_ name: String) -> String? { Query.value(of: name, in: target) }
}
