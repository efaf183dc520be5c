// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension StoreConformance {
    static let racingCases: [Case] = [
        Case("of sixteen parallel uses of one token one rotates") { stores in
            let user = try await stores.makeUser("first@example.com")
            for round in 0..<50 {
                let first = 1_000 * (round + 1)
                try await stores.open(first, for: user)
                let outcomes = try await withThrowingTaskGroup(of: RotationOutcome.self) { group in
                    for racer in 1...16 { group.addTask { try await stores.rotate(first, to: first + racer) } }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                try requireEqual(outcomes.filter(\.isRotated).count, 1, "one winner in round \(round)")
                try requireEqual(outcomes.filter(\.isReplayed).count, 1, "one notices the replay")
                for racer in 1...16 {
                    try requireEqual(
                        try await stores.rotate(first + racer, to: first + 100 + racer), .refused, "no token lives on"
                    )
                }
            }
        },
        Case("logout wins over a refresh") { stores in
            let user = try await stores.makeUser("first@example.com")
            for round in 0..<50 {
                let first = 1_000 * (round + 1)
                try await stores.open(first, for: user)
                async let rotation = stores.rotate(first, to: first + 1)
                async let ending = stores.sessions.end(token: stores.digest(first), at: Stores.start)
                _ = try await (rotation, ending)
                try require(try await !stores.isLive(first, user: user), "the session has ended")
                try requireEqual(try await stores.rotate(first, to: first + 2), .refused, "the old token")
                try requireEqual(try await stores.rotate(first + 1, to: first + 3), .refused, "the new token")
            }
        },
        Case("of parallel registrations of one address one succeeds") { stores in
            for round in 0..<20 {
                let creations = try await withThrowingTaskGroup(of: AccountCreation.self) { group in
                    for racer in 0..<8 {
                        let text = racer.isMultiple(of: 2) ? "racer\(round)@example.com" : "RACER\(round)@Example.com"
                        group.addTask {
                            try await stores.accounts.create(
                                NewUser(email: stores.address(text), encodedPassword: "encoded")
                            )
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                try requireEqual(creations.filter { $0 == .emailTaken }.count, 7, "seven are told")
            }
        },
        Case("of parallel logouts one ends the session") { stores in
            let user = try await stores.makeUser("first@example.com")
            for round in 1...20 {
                try await stores.open(round, for: user)
                let endings = try await withThrowingTaskGroup(of: SessionEnding.self) { group in
                    for _ in 0..<8 {
                        group.addTask { try await stores.sessions.end(token: stores.digest(round), at: Stores.start) }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                try requireEqual(endings.filter { $0 != .unknown }.count, 1, "one is told so in round \(round)")
            }
        },
        Case("parallel changes of a setting make one history") { stores in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<64 {
                    group.addTask {
                        _ =
                            number.isMultiple(of: 4)
                            ? try await stores.settings.unset("A", in: .test())
                            : try await stores.settings.set("A", to: number, in: .test())
                    }
                }
                try await group.waitForAll()
            }
            let entries = try await stores.audit.entries(of: "A", event: .settingChanged)
            try require(entries.count >= 48, "each change is noted")
            for (later, earlier) in zip(entries, entries.dropFirst()) {
                try requireEqual(later.old, earlier.new, "each begins where the one before ended")
            }
            try requireEqual(entries.last?.old, nil, "the first begins with nothing")
            try requireEqual(try await stores.settings.all()["A"]?.shown, entries.first?.new, "the last is in force")
        },
        Case("values are kept by many at once") { stores in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<16 {
                    group.addTask { try await stores.journal.keep(["A": "\(number)", "B": "\(number)"]) }
                }
                try await group.waitForAll()
            }
            let kept = try await stores.journal.lastKnown()
            try requireEqual(kept.count, 2, "those of one")
            try requireEqual(kept["A"], kept["B"], "of the same one")
        },
        Case("uses are recorded while sessions end") { stores in
            let user = try await stores.makeUser("first@example.com")
            for number in 1...60 { try await stores.open(number, for: user) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for round in 1...8 {
                    let uses = (1...60).shuffled().map {
                        SessionActivity(session: stores.session($0), at: Stores.start.adding(seconds: round))
                    }
                    group.addTask { try await stores.sessions.recordActivity(uses) }
                    group.addTask { try await stores.sessions.endAll(of: user.id, but: nil, at: Stores.start) }
                }
                try await group.waitForAll()
            }
            try require(try await !stores.isLive(30, user: user), "no deadlock, and nothing revived")
        },
        Case("many may clean at once") { stores in
            let user = try await stores.makeUser("first@example.com")
            for number in 1...60 { try await stores.open(number, for: user) }
            let end = Stores.start.adding(seconds: 10_000)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 { group.addTask { _ = try await stores.sessions.deleteExpired(at: end, limit: 10) } }
                try await group.waitForAll()
            }
            while try await stores.sessions.deleteExpired(at: end, limit: 10) > 0 {}
            try requireEqual(
                try await stores.sessions.standing(session: stores.session(60), user: user.id), nil, "all are gone"
            )
        },
    ]
}
