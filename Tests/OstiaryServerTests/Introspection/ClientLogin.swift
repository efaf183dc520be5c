// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport

@testable import OstiaryCore

/// The id and the secret of a client, as a command has printed them.
struct ClientLogin: Sendable {
    let id: String
    var secret: String

    /// - Parameter printed: the JSON of `ostiary clients add` or `rotate`.
    init(_ printed: String) throws {
        let document = try Document(printed)
        guard let id = document["client_id"], let secret = document["client_secret"] else {
            throw Failure("no client: \(printed)")
        }
        (self.id, self.secret) = (id, secret)
    }

    var header: (String, String) { Self.basic(id, secret) }

    static func basic(_ id: String, _ secret: String) -> (String, String) {
        ("Authorization", "Basic " + base64(Array("\(id):\(secret)".utf8)))
    }

    /// Base64 with its padding (RFC 4648 §4).
    static func base64(_ bytes: [UInt8]) -> String {
        let text = Sodium.base64(bytes)
        return text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    }

    /// A question about a token, or its revocation.
    /// - Parameter name: `introspect` or `revoke`.
    func request(_ name: String, _ token: String) -> WireRequest {
        WireRequest("POST", "/api/\(name)/", [header], json: "{\"token\":\(jsonText(token))}")
    }
}
