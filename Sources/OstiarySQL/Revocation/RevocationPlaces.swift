// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The place of a reader in the list, as its cursor tells.
enum RevocationPlace {
    case row(RowPlace)
    case snapshot(SnapshotPlace)

    /// - Parameter text: the text of a client; the result is nil if that is no cursor of the list on any engine.
    init?(_ text: String) {
        if let place = RowPlace(text) {
            self = .row(place)
        } else if let place = SnapshotPlace(text) {
            self = .snapshot(place)
        } else {
            return nil
        }
    }

    /// nil for a place in a database of PostgreSQL.
    var row: RowPlace? { if case .row(let place) = self { place } else { nil } }
    /// nil for a place in a database of SQLite.
    var snapshot: SnapshotPlace? { if case .snapshot(let place) = self { place } else { nil } }
}

/// The place of a reader in the list on SQLite: the last row that it has.
struct RowPlace: Hashable {
    var id: Int64
    var at: Int64

    private static let (list, order) = ("revocations", "row")

    init(id: Int64, at: Int64) { (self.id, self.at) = (id, at) }

    init?(_ text: String) {
        guard let keys = PageCursor(text, list: Self.list, order: Self.order)?.keys, keys.count == 2,
            case (.integer(let id), .integer(let at)) = (keys[0], keys[1])
        else { return nil }
        self.init(id: id, at: at)
    }

    var text: String { PageCursor(list: Self.list, order: Self.order, keys: [.integer(id), .integer(at)]).text }
}

/// The place of a reader in the list on PostgreSQL.
struct SnapshotPlace {
    /// The start of the server and the number of the database, by which transactions are counted.
    var start: Int64
    var database: Int64
    /// The snapshot of which the reader has all rows.
    var seen: TransactionSnapshot
    /// The snapshot of which it is reading the further rows, and the last row that it has; nil between two readings.
    var reading: (target: TransactionSnapshot, last: Int64)?

    private static let (list, order) = ("revocations", "snapshot")

    init(
        start: Int64, database: Int64, seen: TransactionSnapshot,
        reading: (target: TransactionSnapshot, last: Int64)? = nil
    ) {
        (self.start, self.database, self.seen, self.reading) = (start, database, seen, reading)
    }

    init?(_ text: String) {
        guard let keys = PageCursor(text, list: Self.list, order: Self.order)?.keys, [3, 5].contains(keys.count),
            case (.integer(let start), .integer(let database)) = (keys[0], keys[1]),
            let seen = keys[2].text.flatMap(TransactionSnapshot.init)
        else { return nil }
        self.init(start: start, database: database, seen: seen)
        guard keys.count == 5 else { return }
        guard let target = keys[3].text.flatMap(TransactionSnapshot.init), case .integer(let last) = keys[4] else {
            return nil
        }
        reading = (target, last)
    }

    var text: String {
        var keys = [PageCursor.Key.integer(start), .integer(database), PageCursor.Key(seen.bounded.text)]
        if let reading { keys += [PageCursor.Key(reading.target.bounded.text), .integer(reading.last)] }
        return PageCursor(list: Self.list, order: Self.order, keys: keys).text
    }

    /// The last transaction that the place knows.
    var next: Int64 { max(seen.next, reading?.target.next ?? 0) }
}
