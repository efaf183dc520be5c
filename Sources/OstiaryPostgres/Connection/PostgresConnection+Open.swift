// SPDX-License-Identifier: Apache-2.0

import CPostgres
package import OstiarySQL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension PostgresConnection {
    /// Connects and configures the session.
    /// - Parameters:
    ///   - host: the index of the URL's host with which to begin.
    ///   - prepares: see ``PostgresConnection/prepares``.
    ///   - deadline: the deadline, if it comes before the limit for connections.
    /// - Throws: ``SQLError`` with an advice that names the server.
    package static func open(
        _ url: PostgresURL, _ limits: PostgresLimits, beginningWith host: Int = 0, prepares: Bool = true,
        until deadline: PostgresDeadline
    ) throws(SQLError) -> PostgresConnection {
        let limit = limits.connect + limits.connect / 2 * (url.hosts - 1)
        let deadline = deadline.sooner(PostgresDeadline(in: limit))
        do throws(SQLError) {
            let connection = try connect(url, limits, beginningWith: host, until: deadline)
            try connection.configure(limits, until: deadline)
            connection.prepares = prepares
            return connection
        } catch {
            throw error.advising("\(url): \(error.report)")
        }
    }

    /// Parameters that the URL may override: keepalives, which find a lost peer on an idle connection, and the choice
    /// of the host that takes writes.
    private static func defaults(_ limits: PostgresLimits) -> [(String, String)] {
        [
            ("keepalives_idle", "5"), ("keepalives_interval", "2"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "\(limits.connect.milliseconds / 2)"), ("fallback_application_name", "ostiary"),
            ("target_session_attrs", "read-write"),
        ]
    }

    private static func connect(
        _ url: PostgresURL, _ limits: PostgresLimits, beginningWith host: Int, until deadline: PostgresDeadline
    ) throws(SQLError) -> PostgresConnection {
        // Later parameters win. The encoding is UTF-8 whatever the environment says.
        let parameters =
            defaults(limits) + [("dbname", url.text)] + url.parameters(beginningWith: host)
            + [("client_encoding", "UTF8")]
        let keywords = parameters.map { strdup($0.0) } + [nil]
        let values = parameters.map { strdup($0.1) } + [nil]
        defer { (keywords + values).forEach { free($0) } }
        let handle = PQconnectStartParams(
            keywords.map { UnsafePointer($0) }, values.map { UnsafePointer($0) }, 1
        )
        guard let handle else { throw SQLError(.unavailable, detail: "no memory") }
        let connection = PostgresConnection(adopting: handle)
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        // With the SQLSTATE, which libpq does not tell otherwise while it connects.
        PQsetErrorVerbosity(handle, PQERRORS_VERBOSE)
        guard PQstatus(handle) != CONNECTION_BAD else { throw connection.connectionError }
        var step = PGRES_POLLING_WRITING
        while step != PGRES_POLLING_OK {
            switch step {
            case PGRES_POLLING_READING: try connection.wait(for: POLLIN, until: deadline)
            case PGRES_POLLING_WRITING: try connection.wait(for: POLLOUT, until: deadline)
            case PGRES_POLLING_FAILED: throw connection.connectionError
            default: break
            }
            step = PQconnectPoll(handle)
        }
        return connection
    }

    private func configure(_ limits: PostgresLimits, until deadline: PostgresDeadline) throws(SQLError) {
        guard PQserverVersion(handle) >= 130_000 else {
            let major = PQserverVersion(handle) / 10_000
            throw SQLError(.cannotOpen, advice: "the server is PostgreSQL \(major); use 13 or newer")
        }
        guard PQsetnonblocking(handle, 1) == 0, PQenterPipelineMode(handle) == 1 else {
            throw connectionError
        }
        // The level of a role or database may change later; this session keeps the one that is checked.
        let settings: SQLQuery = """
            SELECT pg_catalog.set_config('TimeZone', 'UTC', false),
                pg_catalog.set_config('client_min_messages', 'error', false),
                pg_catalog.set_config('statement_timeout', \(String(limits.serverStatement)), false),
                pg_catalog.set_config('lock_timeout', \(String(limits.serverLock)), false),
                pg_catalog.set_config('idle_in_transaction_session_timeout', \(String(limits.call.milliseconds)), false),
                pg_catalog.set_config(
                    'synchronous_commit', pg_catalog.current_setting('synchronous_commit'), false),
                pg_catalog.current_setting('fsync'), pg_catalog.current_setting('server_encoding'),
                pg_catalog.pg_is_in_recovery(),
                pg_catalog.has_schema_privilege('public', pg_catalog.current_schema(), 'CREATE')
            """
        guard let row = try exchange([PostgresStatement(settings)], until: deadline).first?.rows().first else {
            throw SQLError(.unavailable, detail: "no settings")
        }
        try verify(synchronousCommit: try row.text(5), fsync: try row.text(6), encoding: try row.text(7))
        // Notices come from the primary only, so reads of a standby could stay outdated.
        guard try !row.bool(8) else {
            throw SQLError(.readOnly, advice: "the server is a standby, which takes no writes; name the primary")
        }
        if try row.optionalBool(9) == true {
            warnings.append(
                "every role may create functions beside the tables, and have them run by this one; "
                    + "run: REVOKE CREATE ON SCHEMA public FROM PUBLIC"
            )
        }
        // Without this number the outcome of an unanswered commit stays unknown; all else works.
        if let life = try? exchange([PostgresStatement(Self.incarnation)], until: deadline).first?.rows().first,
            let timeline = try? life.text(0), let start = try? life.text(1)
        {
            incarnation = "\(timeline) \(start)"
        }
        if state != .usable { throw SQLError(connecting: PostgresMessage("lost while it was opened")) }
    }

    private func verify(synchronousCommit: String, fsync: String, encoding: String) throws(SQLError) {
        guard synchronousCommit != "off" else {
            throw SQLError(
                .notDurable,
                advice: "synchronous_commit is off, so acknowledged logouts may be forgotten; turn it on for this "
                    + "database: ALTER DATABASE … SET synchronous_commit = on"
            )
        }
        guard encoding == "UTF8" else {
            throw SQLError(.cannotOpen, advice: "the database has the encoding \(encoding); create one with UTF8")
        }
        if fsync == "off" { warnings.append("fsync is off: the database does not survive a power failure") }
    }

    /// Identifies a life of the server: the timeline changes with a promotion, the start of the statistics with a
    /// crash. After either the id of a transaction may be assigned again.
    private static let incarnation: SQLQuery = """
        SELECT pg_catalog.substr(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 1, 8),
            (SELECT stats_reset::pg_catalog.text FROM pg_catalog.pg_stat_bgwriter)
        """
}
