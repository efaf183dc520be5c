// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension StoreConformance {
    private static let context = RequestContext.test(at: Stores.start, by: .operator("somebody"))
    private static let program = RequestContext.test(at: Stores.start, by: .anotherProgram)

    static let settingsCases: [Case] = [
        Case("settings are set and unset") { stores in
            let settings = stores.settings
            try requireEqual(try await settings.all(), [:], "empty at first")
            try requireEqual(try await settings.set("A", to: 1, in: context), nil, "nothing before")
            try requireEqual(try await settings.set("A", to: 2, in: context)?.shown, "1", "the value before")
            try requireEqual(try await settings.set("B", to: 3, in: context), nil, "another name")
            try requireEqual(try await settings.all().mapValues(\.shown), ["A": "2", "B": "3"], "both")
            try requireEqual(try await settings.unset("A", in: context)?.shown, "2", "the value before")
            try requireEqual(try await settings.unset("A", in: context), nil, "once")
            try requireEqual(try await settings.all().mapValues(\.shown), ["B": "3"], "the rest")
        },
        Case("the journal tells every change, the newest first") { stores in
            _ = try await stores.settings.set("A", to: 1, in: context)
            _ = try await stores.settings.set("A", to: 2, in: context)
            _ = try await stores.settings.unset("A", in: context)
            _ = try await stores.settings.unset("A", in: context)
            _ = try await stores.settings.set("B", to: 5, in: context)
            let entries = try await stores.audit.entries(of: "A")
            try requireEqual(entries.map(\.old), ["2", "1", nil], "what was before")
            try requireEqual(entries.map(\.new), [nil, "2", "1"], "what came")
            try require(entries.allSatisfy { $0.actor == "operator:somebody" && $0.at == Stores.start }, "who and when")
            try requireEqual(try await stores.audit.entries(limit: 2).map(\.object), ["B", "A"], "all names")
        },
        Case("what others change is noted once") { stores in
            let journal = stores.journal
            _ = try await stores.settings.set("A", to: 1, in: context)
            func observe(_ text: String?, before: String?) async throws -> Bool {
                try await journal.observe("A", text: text, before: before, at: journal.position(of: "A"), in: program)
            }
            for _ in 0..<3 { try require(try await observe("1", before: nil), "told") }
            try requireEqual(try await stores.audit.entries(of: "A").count, 1, "it is told already")
            for _ in 0..<3 { try require(try await observe("7", before: "1"), "told") }
            for _ in 0..<3 { try require(try await observe(nil, before: "7"), "told") }
            let entries = try await stores.audit.entries(of: "A")
            try requireEqual(entries.map(\.new), [nil, "7", "1"], "each change once")
            try requireEqual(entries.map(\.old), ["7", "1", nil], "with what was before")
        },
        Case("what was read before the newest entry is not noted behind it") { stores in
            let journal = stores.journal
            let start = try await journal.position(of: "A")
            _ = try await stores.settings.set("B", to: 1, in: context)
            try require(
                try await journal.observe("A", text: "1", before: nil, at: start, in: program),
                "another name does not count")
            try require(try await !journal.observe("A", text: "2", before: nil, at: start, in: program), "too late")
            try require(try await journal.observe("A", text: "1", before: nil, at: start, in: program), "told already")
            try requireEqual(try await stores.audit.entries(of: "A").map(\.new), ["1"], "the first only")
        },
        Case("the newest entries of many settings are found at once") { stores in
            let journal = stores.journal
            try requireEqual(try await journal.newest(of: []).count, 0, "of none")
            try requireEqual(try await journal.newest(of: ["A", "B"]).count, 0, "before the first")
            for value in 1...3 { _ = try await stores.settings.set("A", to: value, in: context) }
            _ = try await stores.settings.set("B", to: 4, in: context)
            _ = try await stores.settings.unset("B", in: context)
            _ = try await stores.settings.set("C", to: 6, in: context)
            let other = AuditEntry(.keyForgotten, object: "A", in: context)
            _ = try await stores.audit.add([other], in: context)
            let newest = try await journal.newest(of: ["B", "A", "D", "'"])
            try requireEqual(newest.mapValues(\.new), ["A": "3", "B": nil], "of those that have one")
            let all = try await stores.audit.entries()
            try requireEqual(newest["A"], all.first { $0.object == "A" && $0.new == "3" }, "all of it")
        },
        Case("an entry is added behind the one that was seen, or not at all") { stores in
            let journal = stores.journal
            func entry(_ value: String) -> AuditEntry { .setting("A", from: nil, to: value, in: context) }
            try require(try await journal.append(entry("1"), at: 0, in: context), "the first")
            try require(try await !journal.append(entry("2"), at: 0, in: context), "there is one by now")
            let position = try await journal.position(of: "A")
            _ = try await stores.settings.set("B", to: 1, in: context)
            try require(try await journal.append(entry("3"), at: position, in: context), "another name does not count")
            try require(try await !journal.append(entry("4"), at: position, in: context), "too late")
            try require(try await journal.append(entry("5"), at: nil, in: context), "in any case")
            try requireEqual(try await stores.audit.entries(of: "A").map(\.new), ["5", "3", "1"], "and no others")
        },
        Case("the last known values are those kept last") { stores in
            try requireEqual(try await stores.journal.lastKnown(), [:], "none at first")
            try await stores.journal.keep(["A": "1", "B": "2"])
            try await stores.journal.keep(["A": "3"])
            try requireEqual(try await stores.journal.lastKnown(), ["A": "3"], "nothing older")
        },
    ]
}
