// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension StoreConformance {
    static let settingsCases: [Case] = [
        Case("settings are set and unset") { stores in
            let settings = stores.settings
            let edit = SettingEdit(name: "A", author: "test", now: Stores.start)
            let other = SettingEdit(name: "B", author: "test", now: Stores.start)
            try requireEqual(try await settings.all(), [:], "empty at first")
            try requireEqual(try await settings.set(1, edit), nil, "nothing before")
            try requireEqual(try await settings.set(2, edit)?.shown, "1", "the value before")
            try requireEqual(try await settings.set(3, other), nil, "another name")
            try requireEqual(try await settings.all().mapValues(\.shown), ["A": "2", "B": "3"], "both")
            try requireEqual(try await settings.unset(edit)?.shown, "2", "the value before")
            try requireEqual(try await settings.unset(edit), nil, "once")
            try requireEqual(try await settings.all().mapValues(\.shown), ["B": "3"], "the rest")
        },
        Case("the journal tells every change, the newest first") { stores in
            let edit = SettingEdit(name: "A", author: "somebody", now: Stores.start)
            _ = try await stores.settings.set(1, edit)
            _ = try await stores.settings.set(2, edit)
            _ = try await stores.settings.unset(edit)
            _ = try await stores.settings.unset(edit)
            _ = try await stores.settings.set(5, SettingEdit(name: "B", author: "else", now: Stores.start))
            let entries = try await stores.journal.entries(of: "A", limit: 10)
            try requireEqual(entries.map(\.old), ["2", "1", nil], "what was before")
            try requireEqual(entries.map(\.new), [nil, "2", "1"], "what came")
            try require(entries.allSatisfy { $0.author == "somebody" && $0.at == Stores.start }, "who and when")
            try requireEqual(try await stores.journal.entries(of: nil, limit: 2).map(\.name), ["B", "A"], "all names")
        },
        Case("what others change is noted once") { stores in
            let journal = stores.journal
            let edit = SettingEdit(name: "A", author: "another program", now: Stores.start)
            _ = try await stores.settings.set(1, SettingEdit(name: "A", author: "somebody", now: Stores.start))
            func observe(_ text: String?, before: String?) async throws -> Bool {
                try await journal.observe(edit, text: text, before: before, at: journal.position(of: "A"))
            }
            for _ in 0..<3 { try require(try await observe("1", before: nil), "told") }
            try requireEqual(try await journal.entries(of: "A", limit: 10).count, 1, "it is told already")
            for _ in 0..<3 { try require(try await observe("7", before: "1"), "told") }
            for _ in 0..<3 { try require(try await observe(nil, before: "7"), "told") }
            let entries = try await journal.entries(of: "A", limit: 10)
            try requireEqual(entries.map(\.new), [nil, "7", "1"], "each change once")
            try requireEqual(entries.map(\.old), ["7", "1", nil], "with what was before")
        },
        Case("what was read before the newest entry is not noted behind it") { stores in
            let journal = stores.journal
            let edit = SettingEdit(name: "A", author: "another program", now: Stores.start)
            let start = try await journal.position(of: "A")
            _ = try await stores.settings.set(1, SettingEdit(name: "B", author: "else", now: Stores.start))
            try require(
                try await journal.observe(edit, text: "1", before: nil, at: start), "another name does not count")
            try require(try await !journal.observe(edit, text: "2", before: nil, at: start), "too late")
            try require(try await journal.observe(edit, text: "1", before: nil, at: start), "told already")
            try requireEqual(try await journal.entries(of: "A", limit: 10).map(\.new), ["1"], "the first only")
        },
        Case("the last known values are those kept last") { stores in
            try requireEqual(try await stores.journal.lastKnown(), [:], "none at first")
            try await stores.journal.keep(["A": "1", "B": "2"])
            try await stores.journal.keep(["A": "3"])
            try requireEqual(try await stores.journal.lastKnown(), ["A": "3"], "nothing older")
        },
    ]
}
