// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore

/// The value of `Remote-User` that the gate sends.
package enum GateRemoteUser: String, Sendable, CaseIterable {
    /// Always empty.
    case off
    /// The e-mail address.
    case email
    /// The id of the account.
    case id
}

/// The header fields by which the gate tells an application who asks.
package enum GateHeaders {
    /// All names, in the order in which they are sent.
    package static let names = [
        "X-Auth-User-Id", "X-Auth-Email", "X-Auth-Session", "X-Auth-Groups", "X-Auth-Time", "Remote-User",
    ]

    /// The fields with their values. Each is always there, with an empty value where there is nothing: of a missing one
    /// some proxies pass on what the client has sent.
    static func fields(
        of identity: Identity, groups: [String], remoteUser: GateRemoteUser
    ) -> [(name: String, value: String)] {
        let email = encoded(identity.user.email)
        let remote =
            switch remoteUser {
            case .off: ""
            case .email: email
            case .id: String(identity.user.id)
            }
        let values = [
            String(identity.user.id), email, identity.token.sessionID?.description ?? "",
            groups.map { encoded($0, separator: UInt8(ascii: ",")) }.joined(separator: ","),
            identity.token.authentication.map { String($0.at.seconds) } ?? "", remote,
        ]
        return Array(zip(names, values))
    }

    /// The text in visible ASCII: everything else is percent-encoded (RFC 3986 §2.1), and so are the percent sign and the
    /// separator of a list, so that decoding gives the same text.
    static func encoded(_ text: String, separator: UInt8? = nil) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            if byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "%"), byte != separator {
                bytes.append(byte)
            } else {
                bytes.append(percentEncoding: byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
