// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The columns of the login of a session `s`.
enum AuthenticationRow {
    static let columns: StaticString = "COALESCE(s.authenticated_at, s.started_at), s.amr, s.acr"
    static let count = 3

    static func authentication(_ row: SQLRow, from first: Int) throws -> Authentication {
        Authentication(
            at: try row.timestamp(first), methods: methods(try row.text(first + 1)), level: try row.text(first + 2))
    }

    static func text(of methods: [AuthenticationMethod]) -> String {
        methods.map(\.rawValue).joined(separator: " ")
    }

    private static func methods(_ text: String) -> [AuthenticationMethod] {
        text.utf8.split(separator: UInt8(ascii: " ")).map {
            AuthenticationMethod(rawValue: String(decoding: $0, as: UTF8.self))
        }
    }
}
