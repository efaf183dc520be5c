// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension SQLDatabase {
    /// Reads the pages that a rotation will change: those of the rows and of one place in each index. In sequence these
    /// reads took three milliseconds of the only thread that writes.
    /// - Parameter lookup: the first query of the rotation.
    func readAhead(of rotation: Rotation, after lookup: SQLQuery) async {
        async let successor = readAhead {
            try $0.run("SELECT 1 FROM ostiary_refresh_token WHERE digest = \(rotation.successor.bytes)").count
        }
        let session = await readAhead {
            try $0.run("SELECT session_id FROM ostiary_refresh_token WHERE digest = \(rotation.presented.bytes)")
                .first?.sessionID(0)
        }
        if let session = session ?? nil {
            await withTaskGroup(of: Void.self) { group in
                for place in [lookup] + rotation.places(in: session, for: dialect) {
                    group.addTask { _ = await readAhead { try $0.run(place).count } }
                }
            }
        }
        _ = await successor
    }
}

extension Rotation {
    /// Queries that read one place of each index that the rotation will change.
    func places(in session: SessionID, for dialect: SQLDialect = .sqlite) -> [SQLQuery] {
        [
            """
            SELECT 1 FROM ostiary_refresh_token\(raw: dialect.using(.refreshTokenSession))
            WHERE session_id = \(session.bytes) LIMIT 1
            """,
            """
            SELECT 1 FROM ostiary_refresh_token\(raw: dialect.using(.refreshTokenLive))
            WHERE session_id = \(session.bytes) AND spent_at IS NULL
            """,
            """
            SELECT 1 FROM ostiary_refresh_token t JOIN ostiary_refresh_token p\(raw: dialect.using(.refreshTokenPurge))
                ON p.purge_after = t.purge_after AND p.rowid = t.rowid
            WHERE t.digest = \(presented.bytes)
            """,
            """
            SELECT 1 FROM ostiary_session s JOIN ostiary_session p\(raw: dialect.using(.sessionPurge))
                ON p.purge_after = s.purge_after AND p.id = s.id
            WHERE s.id = \(session.bytes)
            """,
        ]
    }
}
