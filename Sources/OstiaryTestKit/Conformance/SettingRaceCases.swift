// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension StoreConformance {
    private static let setting = Setting<Int>.sessionsPerUser

    private static func seen(_ text: String) -> SeenSetting { SeenSetting(text, of: AnySetting(setting)) }

    private static func editor(_ name: String) -> RequestContext { .test(at: Timestamp.now(), by: .operator(name)) }

    /// The rules of changes that are compared with what their editor saw. They use settings of the product only, so
    /// that they also run on a store that knows no others.
    public static let settingRaceCases: [Case] = [
        Case("of two who change one setting the second is told") { stores in
            let (settings, name) = (stores.settings, setting.name)
            func set(_ value: Int, was: String, by editor: String) async throws -> SettingWrite {
                try await settings.set(name, to: value, ifStill: seen(was), in: Self.editor(editor))
            }
            try requireEqual(try await set(5, was: "100", by: "first"), .changed(old: nil), "the default was seen")
            guard case .changedMeanwhile(let current) = try await set(6, was: "100", by: "second") else {
                throw ConformanceFailure(description: "the second is not told")
            }
            try requireEqual(current?.shown, "5", "the value that is there")
            try requireEqual(try await stores.stored(name), "5", "the first one's")
            try requireEqual(try await stores.audit.entries(of: name).map(\.actor), ["operator:first"], "one entry")
            guard case .changed(let old) = try await set(6, was: "5", by: "second") else {
                throw ConformanceFailure(description: "what is there was seen")
            }
            try requireEqual(old?.shown, "5", "the value before")
            try requireEqual(try await stores.stored(name), "6", "the second one's")
            let refused = try await settings.unset(name, ifStill: seen("5"), in: editor("first"))
            try requireEqual(refused.shown, "changed meanwhile: 6", "a deletion is told, too")
            let unset = try await settings.unset(name, ifStill: seen("6"), in: editor("first"))
            try requireEqual(unset.shown, "changed: 6", "a deletion of what was seen")
            try requireEqual(try await set(7, was: "6", by: "second").shown, "changed meanwhile: none", "deleted")
            let entries = try await stores.audit.entries(of: name)
            try requireEqual(entries.map(\.new), [nil, "6", "5"], "what came")
            try requireEqual(entries.map(\.old), ["6", "5", nil], "what was before")
        },
        Case("the default is in force stored or not, and nothing is written twice") { stores in
            let (settings, name) = (stores.settings, setting.name)
            let context = editor("first")
            let none = try await settings.unset(name, ifStill: seen("100"), in: context)
            try requireEqual(none.shown, "changed: none", "there is nothing to delete")
            try requireEqual(try await stores.audit.entries(of: name).count, 0, "no entry of nothing")
            let stored = try await settings.set(name, to: 100, ifStill: seen("100"), in: context)
            try requireEqual(stored.shown, "changed: none", "stored")
            for _ in 0..<2 {
                let same = try await settings.set(name, to: 100, ifStill: seen("100"), in: context)
                try requireEqual(same.shown, "changed: 100", "stored already")
            }
            _ = try await settings.set(name, to: 100, in: context)
            try requireEqual(try await stores.audit.entries(of: name).map(\.new), ["100"], "one entry")
            let other = try await settings.unset(name, ifStill: seen("99"), in: context)
            try requireEqual(other.shown, "changed meanwhile: 100", "another was seen")
            let unset = try await settings.unset(name, ifStill: seen("100"), in: context)
            try requireEqual(unset.shown, "changed: 100", "the default was seen")
        },
        Case("of two at once exactly one wins") { stores in
            let (settings, name) = (stores.settings, setting.name)
            var current = "100"
            for round in 0..<200 {
                let seen = seen(current)
                let writes = try await withThrowingTaskGroup(of: (String?, SettingWrite).self) { group in
                    for editor in ["first", "second"] {
                        let isDeletion = editor == "second" && round % 4 == 3
                        let value = 1_000 + round * 2 + (editor == "first" ? 0 : 1)
                        group.addTask {
                            isDeletion
                                ? (nil, try await settings.unset(name, ifStill: seen, in: Self.editor(editor)))
                                : (
                                    "\(value)",
                                    try await settings.set(name, to: value, ifStill: seen, in: Self.editor(editor))
                                )
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                let winners = writes.filter { $0.1.isChange }
                try requireEqual(winners.count, 1, "one winner in round \(round): \(writes)")
                let stored = try await stores.stored(name)
                try requireEqual(stored, winners[0].0, "the winner's value in round \(round)")
                for loser in writes where !loser.1.isChange {
                    try requireEqual(loser.1.shown, "changed meanwhile: \(stored ?? "none")", "the other is told")
                }
                current = stored ?? "100"
            }
            let entries = try await stores.audit.entries(of: name)
            try requireEqual(entries.count, 200, "one entry for each change, none for who lost")
            for (later, earlier) in zip(entries, entries.dropFirst()) {
                try requireEqual(later.old, earlier.new, "each begins where the one before ended")
            }
        },
    ]
}

extension Stores {
    fileprivate func stored(_ name: String) async throws -> String? { try await settings.all()[name]?.shown }
}

extension SettingWrite {
    fileprivate var isChange: Bool { if case .changed = self { true } else { false } }

    fileprivate var shown: String {
        switch self {
        case .changed(let old): "changed: \(old?.shown ?? "none")"
        case .changedMeanwhile(let current): "changed meanwhile: \(current?.shown ?? "none")"
        }
    }
}
