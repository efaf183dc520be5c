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
    ]
}
