// SPDX-License-Identifier: Apache-2.0

import CPostgres
import OstiaryCore
public import OstiarySQL

/// A connection URL of libpq: `postgres://user:password@host:port/database?sslmode=verify-full`.
///
/// It may have every parameter of libpq, and several hosts. Missing parameters come from libpq's other sources
/// (`PGHOST`, the password file, the service file).
public struct PostgresURL: Sendable {
    let text: String
    private let masked: String
    /// The parameters with a value for each host; empty for a single host.
    private let places: [(keyword: String, values: [Substring])]

    private static let malformed = SQLError(
        .cannotOpen,
        advice: "the database URL is malformed; it is postgres://user:password@host:port/database?parameter=value with "
            + "parameters of libpq, and special characters in its parts are percent-encoded"
    )

    /// True if the text begins like a URL of PostgreSQL.
    package static func isScheme(of text: String) -> Bool {
        text.hasPrefix("postgres://") || text.hasPrefix("postgresql://")
    }

    /// - Throws: ``OstiarySQL/SQLError`` `cannotOpen`. Its text does not quote the URL, in which a misplaced character may make a
    ///   part of the password look like a host.
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
        // With a slash in the password the first half is read as a port and the second as the name of the database.
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
    /// The number of hosts.
    var hosts: Int { places.first?.values.count ?? 1 }

    /// The parameters that make libpq begin with another host: it never leaves a host that accepts a connection and
    /// then does not answer.
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
    /// The URL without password and parameters.
    public var description: String { masked }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
