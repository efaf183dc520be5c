// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
package import OstiaryCore

/// Lets requests of clients pass that have authenticated (RFC 6749 §2.3.1).
package struct ClientGuard: Sendable {
    private let clients: ClientService

    /// - Parameter clients: judges ids and secrets.
    package init(_ clients: ClientService) { self.clients = clients }

    /// Authenticates the client of a request.
    /// - Parameters:
    ///   - call: the request, with its body if it has one.
    ///   - right: the right that the request needs.
    /// - Throws: ``Refusal``, in the form of RFC 6749 §5.2; ``OstiaryCore/Throttled``; ``OstiaryCore/StoreUnavailable``.
    package func client(of call: Call, may right: ClientRight) async throws -> Client {
        guard let credentials = try ClientCredentials(call) else {
            try await clients.refuse(in: call.context)
            throw Refusal.invalidClient
        }
        guard
            let client = try await clients.authenticate(
                id: credentials.id, secret: credentials.secret, isAdmitted: call.hasWaited, in: call.context)
        else { throw Refusal.invalidClient }
        guard client.may.contains(right) else { throw Refusal.accessDenied(right) }
        return client
    }

    /// As ``client(of:may:)`` from memory alone; nothing is charged yet.
    /// - Returns: nil for a request that is refused, or whose client memory does not know.
    func remembered(_ call: Call, may right: ClientRight) -> Client? {
        guard let credentials = try? ClientCredentials(call),
            let client = clients.remembered(id: credentials.id, secret: credentials.secret), client.may.contains(right)
        else { return nil }
        return client
    }

    /// Takes a request of a client from its budget.
    /// - Returns: false if the budget is spent.
    func admit(_ client: Client, in context: RequestContext) async -> Bool {
        (try? await clients.admit(client, in: context)) != nil
    }

    /// Takes a request of a client from its budget, without waiting.
    /// - Returns: false if nothing was taken: the budget is spent, or is not kept by this server.
    func admitAtOnce(_ client: Client, at now: Timestamp) -> Bool { clients.admitAtOnce(client, at: now) }
}

/// The id and the secret that a client has sent, as bytes: they are compared with nothing but ids and digests.
struct ClientCredentials {
    let id: ArraySlice<UInt8>
    let secret: ArraySlice<UInt8>

    /// The longest `Authorization` header that is read, in bytes: six times that of a real one.
    private static let maximumLength = 1_024

    /// - Returns: nil if the request has no credentials of a client, or none that can be read.
    /// - Throws: ``Refusal`` if it has them in two places.
    init?(_ call: Call) throws {
        let (id, secret) = (call.field(.clientID), call.field(.clientSecret))
        let headers = call.authorizations
        guard headers.count <= 1, headers.isEmpty || id == nil && secret == nil else {
            throw Refusal.invalidRequest("Authenticate the client in one way: by one header, or in the body.")
        }
        if let header = headers.first {
            self.init(basic: header)
        } else {
            guard case .string(let id)? = id, case .string(let secret)? = secret else { return nil }
            self.init(id: id.text.octets, secret: secret.text.octets)
        }
    }

    /// - Parameter header: the value of an `Authorization` header: `Basic`, in any case, and base64 (RFC 7617 §2).
    init?(basic header: String) {
        guard header.utf8.count <= Self.maximumLength else { return nil }
        let words = header.octets.split(whereSeparator: { $0 == UInt8(ascii: " ") })
        guard words.count == 2, words[0].matches("basic"),
            let bytes = Sodium.bytes(base64: Array(words[1]), padded: true)?[...],
            let colon = bytes.place(of: UInt8(ascii: ":"))
        else { return nil }
        self.init(
            id: FormURLEncoded.decoded(bytes[..<colon]), secret: FormURLEncoded.decoded(bytes[(colon + 1)...]))
    }

    private init(id: ArraySlice<UInt8>, secret: ArraySlice<UInt8>) {
        self.id = id
        self.secret = secret
    }
}

extension Call {
    /// The value of a field of the body; nil if the body does not have it.
    func field(_ field: Field) -> FieldValue? {
        if case .fields(let fields) = payload { fields[field.name] } else { nil }
    }
}
