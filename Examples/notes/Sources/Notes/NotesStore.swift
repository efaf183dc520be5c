// SPDX-License-Identifier: Apache-2.0

import Ostiary

struct Note: Sendable {
    let id: Int64
    let text: String
}

extension Migration {
    /// A table of the application, which goes with the user.
    static let notes = Migration(name: "notes_0001") { dialect in
        [
            """
            CREATE TABLE notes_note (
                id \(dialect.autoincrementPrimaryKey),
                user_id BIGINT NOT NULL REFERENCES ostiary_user (id) ON DELETE CASCADE,
                text TEXT NOT NULL)
            """,
            "CREATE INDEX notes_note_user ON notes_note (user_id, id)",
        ]
    }
}

/// Works on SQLite and PostgreSQL alike.
struct NotesStore: Sendable {
    let database: any SQLDatabase

    func notes(of user: User.ID, in context: RequestContext) async throws -> [Note] {
        try await database.fetch(in: context) { connection in
            try connection.run("SELECT id, text FROM notes_note WHERE user_id = \(user) ORDER BY id").map {
                Note(id: try $0.integer(0), text: try $0.text(1))
            }
        }
    }

    /// Two requests at once may both be the last that fits: the limit is a rough one.
    /// - Returns: nil for a user who has as many notes as are allowed.
    func add(_ text: String, for user: User.ID, atMost limit: Int, in context: RequestContext) async throws -> Note? {
        try await database.commit(in: context) { transaction in
            try transaction.run(
                """
                INSERT INTO notes_note (user_id, text) SELECT \(user), \(text)
                WHERE (SELECT count(*) FROM notes_note WHERE user_id = \(user)) < \(Int64(limit))
                RETURNING id
                """
            ).first.map { Note(id: try $0.integer(0), text: text) }
        }
    }
}
