// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension StoreConformance {
    private static func new(_ email: String, _ stores: Stores) throws -> NewUser {
        var user = NewUser(email: try stores.address(email), encodedPassword: "encoded")
        (user.isStaff, user.isSuperuser) = (true, true)
        return user
    }

    static let setupCases: [Case] = [
        Case("a setup link makes one superuser, within its time, and no other link does then") { stores in
            let context = RequestContext.test(at: Stores.start)
            let links = (0..<3).map { _ in SetupLink().digest }
            let expiry = Stores.start.adding(seconds: SetupLink.lifetime)
            for link in links {
                try require(try await stores.setup.offer(link, until: expiry, in: context), "offered")
            }
            let user = try new("root@example.com", stores)
            try requireEqual(
                try await stores.setup.redeem(SetupLink().digest, creating: user, in: context), .refused, "unknown")
            try requireEqual(
                try await stores.setup.redeem(links[0], creating: user, in: context.at(expiry)), .refused, "too late")
            _ = try await stores.makeUser("taken@example.com")
            try requireEqual(
                try await stores.setup.redeem(
                    links[0], creating: try new("Taken@example.com", stores), in: context), .emailTaken, "taken")
            try require(try await !stores.setup.hasSuperuser(in: context), "none yet")
            guard case .created(let made) = try await stores.setup.redeem(links[0], creating: user, in: context) else {
                throw ConformanceFailure(description: "not created")
            }
            try require(made.isSuperuser && made.isStaff && made.isActive, "a superuser")
            let entry = try await stores.audit.entries()[0]
            try requireEqual(entry.event, .accountCreated, "its entry")
            try requireEqual(entry.cause, "setup_link", "the cause")
            for link in links {
                try requireEqual(
                    try await stores.setup.redeem(
                        link, creating: try new("second@example.com", stores), in: context), .refused, "dead")
            }
            try require(try await !stores.setup.offer(SetupLink().digest, until: expiry, in: context), "no new one")
        },
        Case("a setup link is dead once there is another superuser") { stores in
            let context = RequestContext.test(at: Stores.start)
            let link = SetupLink().digest
            _ = try await stores.setup.offer(link, until: Stores.start.adding(seconds: 60), in: context)
            _ = try await stores.makeClerk("root@example.com", isSuperuser: true)
            try requireEqual(
                try await stores.setup.redeem(link, creating: try new("second@example.com", stores), in: context),
                .refused, "dead")
        },
        Case("two uses of setup links at once make one account") { stores in
            let context = RequestContext.test(at: Stores.start)
            for round in 0..<200 {
                let links = [SetupLink().digest, SetupLink().digest]
                for link in links {
                    _ = try await stores.setup.offer(link, until: Stores.start.adding(seconds: 60), in: context)
                }
                // The same link twice, and one of each, in turn.
                let used = round.isMultiple(of: 2) ? [links[0], links[0]] : links
                let made = try await withThrowingTaskGroup(of: User?.self) { group in
                    for (number, link) in used.enumerated() {
                        let user = try new("root\(number)@example.com", stores)
                        group.addTask {
                            guard
                                case .created(let made) = try await stores.setup.redeem(
                                    link, creating: user, in: context)
                            else { return nil }
                            return made
                        }
                    }
                    return try await group.reduce(into: []) { $0 += $1.map { [$0] } ?? [] }
                }
                try requireEqual(made.count, 1, "round \(round)")
                let gone = try await stores.accounts.delete(
                    id: made[0].id, verifiedPassword: "encoded", at: Stores.start)
                try require(gone, "for the next round")
            }
        },
    ]
}
