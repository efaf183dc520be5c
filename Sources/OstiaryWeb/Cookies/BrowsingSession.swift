// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The session of a logged-in browser: the token pair of its login or of its last refresh.
struct BrowsingSession: Sendable, Equatable {
    let access: String
    let refresh: String

    /// The greatest length of the cookie, in bytes.
    private static let maximumLength = 4_000

    /// - Returns: nil unless both parts look like tokens. The API decides if they are valid.
    init?(cookie: String) {
        let parts = Array(cookie.utf8.prefix(Self.maximumLength + 1))[...].parts(separatedBy: UInt8(ascii: "~"))
        guard parts.count == 2 else { return nil }
        self.init(
            access: String(decoding: parts[1], as: UTF8.self), refresh: String(decoding: parts[0], as: UTF8.self))
    }

    /// - Parameter document: the answer of a login or a refresh.
    init?(document: [UInt8]) {
        guard case .object(let pair)? = try? JSONReader.read(document),
            case .string(let access)? = pair["access_token"], case .string(let refresh)? = pair["refresh_token"]
        else { return nil }
        self.init(access: access.text, refresh: refresh.text)
    }

    private init?(access: String, refresh: String) {
        guard access.utf8.count + refresh.utf8.count < Self.maximumLength, !access.isEmpty, !refresh.isEmpty,
            (access + refresh).utf8.allSatisfy(\.isTokenCharacter)
        else { return nil }
        (self.access, self.refresh) = (access, refresh)
    }

    var cookie: String { "\(refresh)~\(access)" }
}

extension UInt8 {
    fileprivate var isTokenCharacter: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
