// SPDX-License-Identifier: Apache-2.0

import Ostiary

extension Feature {
    /// `GET` and `POST /api/notes/`: texts that only their author reads.
    static let notes = Feature(
        settings: [AnySetting(.notesPerUser)], migrations: [.notes], operations: NotesController.operations
    ) { NotesController(store: NotesStore(database: $0.database), settings: $0.settings).endpoints }
}

extension Setting<Int> {
    static let notesPerUser = Setting(
        name: "NOTES_PER_USER", defaultValue: 100, range: 1...10_000, help: "How many notes a user may keep.")
}

struct NotesController: Sendable {
    let store: NotesStore
    let settings: DynamicSettings

    private static let text = Field("text", .text, maximumLength: 1_000, example: "Buy milk.", help: "The note.")

    private static let note = Shape.object(
        name: "Note",
        [
            Property("id", .integer, format: "int64", example: "1", help: "Names the note."),
            Property("text", example: "Buy milk.", help: "The note."),
        ])
    private static let tag = APIOperation.Tag("Notes", help: "Texts that only their author reads.")

    private static let listing = APIOperation(
        .get, "/api/notes/", name: "Notes",
        about: .init("List your notes", tag: tag, successes: [Success("The notes.", .array(of: note))]))

    private static let adding = APIOperation(
        .post, "/api/notes/", name: "Notes",
        about: .init(
            "Add a note", tag: tag, fields: [text], successes: [Success("The note.", note)], errors: [.invalidFields]))

    static let operations = [listing, adding]

    var endpoints: [Endpoint] {
        [Endpoint(Self.listing, handler: list), Endpoint(Self.adding, handler: add)]
    }

    private func list(_ call: Call, _ identity: Identity) async throws -> Answer {
        let notes = try await store.notes(of: identity.user.id, in: call.context)
        return Answer { json in
            json.beginArray()
            for note in notes { json.note(note) }
            json.endArray()
        }
    }

    private func add(_ call: Call, _ identity: Identity) async throws -> Answer {
        var fields = try call.fields()
        let text = fields.text(Self.text)
        try fields.check()
        let limit = settings.snapshot[.notesPerUser]
        guard let note = try await store.add(text ?? "", for: identity.user.id, atMost: limit, in: call.context) else {
            throw Refusal.field(Self.text.name, code: "limit", "You have \(limit) notes, which is the limit.")
        }
        return Answer { $0.note(note) }
    }
}

extension JSONWriter {
    fileprivate mutating func note(_ note: Note) {
        beginObject()
        key("id")
        integer(note.id)
        key("text")
        string(note.text)
        endObject()
    }
}
