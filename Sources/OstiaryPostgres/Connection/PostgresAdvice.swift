// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL

/// The cause of an error of PostgreSQL in words, with a remedy for operators. No error is told by its SQLSTATE alone.
enum PostgresAdvice {
    /// - Parameter sqlState: the five characters of PostgreSQL's documentation, appendix A.
    static func text(sqlState: String) -> String {
        byState[sqlState] ?? byClass[String(sqlState.prefix(2))] ?? "look into the log of the database server"
    }

    private static let byState = [
        "25006":
            "the server or the role takes no writes; connect to the primary, or turn default_transaction_read_only off",
        "28000": "the server does not let this role in; create it (CREATE ROLE … LOGIN), or allow it in pg_hba.conf",
        "28P01": "the role or its password is wrong; correct the URL, PGPASSWORD or the password file",
        "3D000": "there is no such database; create it (CREATE DATABASE … ENCODING 'UTF8'), or correct the URL",
        "3F000": "there is no schema for the tables; create it, or correct the search_path of the role",
        "42501": "the role lacks a right; let it own the tables, or GRANT what the message names",
        "42P01": "a table is missing; run: ostiary migrate, or correct the search_path of the role",
        "53100": "the disk of the database server is full; free space there",
        "53200": "the database server is out of memory; give it more, or lower max_connections",
        "53300": """
        no connection is left for this role; raise max_connections or the role's CONNECTION LIMIT, or lower \
        --database-connections
        """,
        "55000": "the database accepts no connections now; allow them (ALTER DATABASE … ALLOW_CONNECTIONS true)",
        "55P03": "another transaction held a lock for too long; look for it in pg_stat_activity",
        "57014": "the statement took too long; look for locks and load on the database server",
        "57P01": "the database server was stopped; start it, or wait until it is back",
        "57P02": "the database server has crashed; wait until it has recovered",
        "57P03": "the database server is starting, stopping or recovering; wait until it is ready",
        "57P04": "the database was dropped; restore it from a backup",
        "XX001": "the database is damaged; restore it from a backup",
        "XX002": "an index is damaged; run REINDEX, and check the disk",
    ]

    private static let byClass = [
        "08": "the connection failed; check the network, and poolers on the way",
        "0A": "the server does not support the statement; use PostgreSQL 13 or newer",
        "22": "the tables refuse a value; another program may have changed them",
        "23": "the tables refuse a value; another program may have changed them",
        "28": "the server does not let this role in; check the URL and pg_hba.conf",
        "40": "another transaction was in the way; try again",
        "42": "the tables are not those of this release; run: ostiary migrate",
        "53": "the database server lacks a resource; give it more",
        "54": "a limit of the database server was exceeded; raise it",
        "57": "the database server was told to end the work; try again",
        "58": "the database server cannot read or write its files; check its disk",
    ]
}

extension PostgresAdvice {
    /// A remedy for a connection that failed before the server answered.
    /// - Parameters:
    ///   - message: the text of libpq, which is not translated.
    ///   - needsPassword: true if the server asked for a password and there was none.
    static func connecting(_ message: String, needsPassword: Bool) -> String {
        if needsPassword {
            return "the server asks for a password; give it in the URL, PGPASSWORD or the password file"
        }
        return byMessage.first { message.containsBytes(of: $0.part) }?.advice
            ?? "check that the server runs, and the host and port of the URL"
    }

    private static let byMessage: [(part: String, advice: String)] = [
        ("could not translate host name", "the name of the host is unknown; correct the URL, or check the resolver"),
        ("read-only", "no host of the URL takes writes; name the primary, or turn default_transaction_read_only off"),
        ("hot standby", "no host of the URL takes writes; name the primary"),
        ("SSL", "the TLS connection failed; check sslmode and sslrootcert in the URL, and the server's certificate"),
        ("certificate", "the TLS connection failed; check sslrootcert in the URL, and the server's certificate"),
        ("no answer in time", "the server does not answer; check that it runs, and firewalls on the way"),
    ]
}

/// The text that libpq keeps about a failed connection, in verbose form: `…failed: FATAL:  28P01: password…`.
struct PostgresMessage {
    /// nil if the server did not send the error.
    let sqlState: String?
    /// One line, without the SQLSTATE.
    let text: String

    init(_ verbose: String) {
        var lines: [[UInt8]] = []
        var state: String?
        for line in Array(verbose.utf8)[...].parts(separatedBy: UInt8(ascii: "\n")) {
            // The place in the server's source code.
            guard !line.isEmpty, !line.starts(with: "LOCATION:".utf8) else { continue }
            guard state == nil, let found = Self.state(in: line) else {
                lines.append(Array(line))
                continue
            }
            state = String(decoding: line[found], as: UTF8.self)
            lines.append(Array(line[..<found.lowerBound]) + line[(found.upperBound + 2)...])
        }
        sqlState = state
        text = lines.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
    }

    /// The place of five characters between a severity with two spaces and a colon.
    private static func state(in line: ArraySlice<UInt8>) -> Range<Int>? {
        let (before, length, after) = (Array(":  ".utf8), 5, Array(": ".utf8))
        guard line.count >= before.count + length + after.count else { return nil }
        for start in line.startIndex...(line.endIndex - before.count - length - after.count)
        where line[start...].starts(with: before) {
            let found = (start + before.count)..<(start + before.count + length)
            let isState = line[found].allSatisfy {
                $0.isASCIIDigit || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0)
            }
            if isState, line[found.upperBound...].starts(with: after) { return found }
        }
        return nil
    }
}

extension SQLError {
    /// The failure of a connection that was being opened or used.
    /// - Parameter message: the text of libpq.
    init(connecting message: PostgresMessage, needsPassword: Bool = false) {
        guard let state = message.sqlState else {
            let advice = PostgresAdvice.connecting(message.text, needsPassword: needsPassword)
            self.init(.unavailable, advice: "\(advice) (\(message.text))", detail: message.text)
            return
        }
        let detail = "SQLSTATE \(state): \(message.text)"
        self.init(.unavailable, advice: "\(PostgresAdvice.text(sqlState: state)) (\(detail))", detail: detail)
    }
}
