// SPDX-License-Identifier: Apache-2.0

import CPostgres
import OstiaryCore
public import OstiarySQL

/// A connection URL, as libpq reads it: `postgres://user:password@host:port/database?sslmode=verify-full`.
///
/// Every parameter of libpq may stand in it, several hosts too; what is left out comes from libpq's own places (`PGHOST`,
/// the password file, the service file).
public struct PostgresURL: Sendable {
    let text: String
    private let masked: String
    /// The parameters that list hosts, each with as many values as there are hosts.
    private let places: [(keyword: String, values: [Substring])]

    private static let malformed = SQLError(
        .cannotOpen,
        advice: "the database URL is malformed; it is postgres://user:password@host:port/database?parameter=value with "
            + "parameters of libpq, and special characters in its parts are percent-encoded"
    )

    /// Whether a text is meant to be one.
    package static func isScheme(of text: String) -> Bool {
        text.hasPrefix("postgres://") || text.hasPrefix("postgresql://")
    }

    /// - Throws: ``SQLError`` `cannotOpen`. Its text quotes nothing of the URL, where a misplaced character may have
    ///   made a part of the password look like a host.
    public init(_ text: String) throws(SQLError) {
        guard Self.isScheme(of: text), !text.utf8.contains(0) else {
            throw SQLError(.cannotOpen, advice: "the database URL does not begin with postgres://")
        }
        var message: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(text, &message) else {
            PQfreemem(message)
            throw Self.malformed
        }
        defer { PQconninfoFree(options) }
        var values: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { values[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        // A slash in a password makes its first half a port, and shows the second one as the database's name.
        guard values["port", default: ""].utf8.allSatisfy({ $0 == UInt8(ascii: ",") || $0.isASCIIDigit }),
            values["dbname", default: ""].utf8.allSatisfy({ $0 != UInt8(ascii: "@") })
        else { throw Self.malformed }
        self.text = text
        let lists = ["host", "hostaddr", "port"].map { keyword in
            (keyword, values[keyword, default: ""].split(separator: ",", omittingEmptySubsequences: false))
        }
        let count = lists.map(\.1.count).max() ?? 0
        self.places = count > 1 ? lists.filter { $0.1.count == count } : []
        let user = values["user"].map { "\($0)@" } ?? ""
        let port = values["port"].map { ":\($0)" } ?? ""
        let host = values["host"] ?? values["hostaddr"] ?? ""
        self.masked = "postgres://\(user)\(host)\(port)/\(values["dbname"] ?? "")"
    }
}

extension PostgresURL {
    var hosts: Int { places.first?.values.count ?? 1 }

    /// What makes libpq begin with another host than the first one named: it never leaves one that takes connections
    /// and then says nothing.
    func parameters(beginningWith host: Int) -> [(String, String)] {
        guard host % hosts != 0 else { return [] }
        return places.map { place in
            let turned = place.values[(host % hosts)...] + place.values[..<(host % hosts)]
            return (place.keyword, turned.joined(separator: ","))
        }
    }
}

extension PostgresURL: Equatable {
    public static func == (left: Self, right: Self) -> Bool { left.text == right.text }
}

extension PostgresURL: CustomStringConvertible, CustomReflectable {
    /// Without password and parameters.
    public var description: String { masked }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
