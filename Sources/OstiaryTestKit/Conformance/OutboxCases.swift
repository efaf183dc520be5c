// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension StoreConformance {
    static let outboxCases: [Case] = [
        Case("a claimed message is nobody else's before the lease ends, and comes in the order of due times") {
            stores in
            let context = RequestContext.test(at: Stores.start)
            for number in 0..<5 {
                let message = try stores.mail(.reset, to: "user\(number)@example.com")
                let later = context.at(Stores.start.adding(seconds: -number))
                try require(try await stores.outbox.enqueue(message, pending: nil, limit: 10, in: later), "enqueued")
            }
            let first = OutboxClaim(until: Stores.start.adding(seconds: 300))
            let claimed = try await stores.outbox.claim(3, first, in: context)
            try requireEqual(
                claimed.map(\.message.address.text),
                ["user4@example.com", "user3@example.com", "user2@example.com"], "the ones due longest")
            let second = OutboxClaim(until: Stores.start.adding(seconds: 300))
            try requireEqual(try await stores.outbox.claim(9, second, in: context).count, 2, "the rest")
            try requireEqual(try await stores.outbox.claim(9, second, in: context).count, 0, "none is left")
            try await stores.outbox.release(second, in: context)
            try requireEqual(try await stores.outbox.claim(9, second, in: context).count, 2, "given back")
            let late = context.at(Stores.start.adding(seconds: 300))
            let third = OutboxClaim(until: Stores.start.adding(seconds: 900))
            try requireEqual(try await stores.outbox.claim(9, third, in: late).count, 5, "the leases have ended")
            try await stores.outbox.sent(claimed[0].id, first, in: late)
            try requireEqual(try await stores.outbox.counts(in: late).waiting, 5, "the first worker has lost it")
            try await stores.outbox.sent(claimed[0].id, third, in: late)
            try requireEqual(
                try await stores.outbox.counts(in: late),
                OutboxCounts(waiting: 4, failed: 0, oldest: Stores.start, due: Stores.start.adding(seconds: -3)),
                "the numbers after one was sent")
        },
        Case("a message that failed waits for its time, or for an operator") { stores in
            let context = RequestContext.test(at: Stores.start)
            let message = try stores.mail(.reset, to: "user@example.com")
            _ = try await stores.outbox.enqueue(message, pending: nil, limit: 10, in: context)
            func claim(_ seconds: Int) async throws -> (OutboxMessage?, OutboxClaim) {
                let now = Stores.start.adding(seconds: seconds)
                let lease = OutboxClaim(until: now.adding(seconds: 300))
                let messages = try await stores.outbox.claim(1, lease, in: context.at(now))
                return (messages.first, lease)
            }
            var (claimed, lease) = try await claim(0)
            let id = claimed?.id ?? 0
            try await stores.outbox.failed(
                id, lease, because: "recipient: deferred (451)", due: Stores.start.adding(seconds: 30), isCounted: true,
                in: context)
            try requireEqual(try await claim(29).0, nil, "not due yet")
            try requireEqual(
                try await stores.outbox.counts(in: context),
                OutboxCounts(waiting: 1, failed: 0, oldest: Stores.start, due: Stores.start.adding(seconds: 30)),
                "the numbers while it waits")
            (claimed, lease) = try await claim(30)
            try requireEqual(claimed?.attempts, 1, "counted")
            try requireEqual(claimed?.failure, "recipient: deferred (451)", "with the reason")
            try requireEqual(claimed?.message, message, "and as it was")
            try await stores.outbox.failed(id, lease, because: "refused", due: nil, isCounted: true, in: context)
            try requireEqual(try await claim(10_000).0, nil, "no further attempt")
            let counts = try await stores.outbox.counts(in: context)
            try requireEqual(counts, OutboxCounts(waiting: 0, failed: 1, oldest: nil, due: nil), "the numbers")
            let failed = try await stores.outbox.messages(failed: true, after: 0, limit: 10, in: context)
            try requireEqual(failed.first?.attempts, 2, "for operators")
            let root = context.by(.operator("root"))
            try requireEqual(try await stores.outbox.retry([id, 99], in: root), 1, "tried again")
            try requireEqual(try await claim(31).0?.id, id, "due at once")
            try requireEqual(try await stores.outbox.drop([id], in: root), 1, "deleted")
            try requireEqual(try await stores.outbox.drop([id], in: root), 0, "once")
            try requireEqual(
                try await stores.audit.entries().map(\.event), [.mailDropped, .mailRetried], "the entries")
        },
        Case("a full outbox takes nothing, and what has failed and expired goes") { stores in
            let context = RequestContext.test(at: Stores.start)
            for number in 0..<4 {
                let message = try stores.mail(.reset, to: "user\(number)@example.com")
                let isTaken = try await stores.outbox.enqueue(message, pending: nil, limit: 3, in: context)
                try requireEqual(isTaken, number < 3, "message \(number)")
            }
            let claim = OutboxClaim(until: Stores.start.adding(seconds: 300))
            for message in try await stores.outbox.claim(2, claim, in: context) {
                try await stores.outbox.failed(message.id, claim, because: "x", due: nil, isCounted: true, in: context)
            }
            let late = Stores.start.adding(seconds: 10)
            try requireEqual(
                try await stores.outbox.deleteExpired(failedBefore: late, at: Stores.start, limit: 1), 1, "at most one")
            try requireEqual(
                try await stores.outbox.deleteExpired(failedBefore: late, at: Stores.start, limit: 9), 1, "the rest")
            try requireEqual(try await stores.outbox.counts(in: context).waiting, 1, "what waits stays")
        },
        Case("a message goes to the stored address of an active account, and to nobody otherwise") { stores in
            let user = try await stores.makeUser("Owner@example.com")
            let reset = try await stores.deliver(try stores.mail(.reset, to: "OWNER@example.com"))
            try requireEqual(reset.mail?.recipient.text, "Owner@example.com", "as stored")
            try requireEqual(
                try await stores.deliver(try stores.mail(.reset, to: "nobody@example.com")).mail, nil, "unknown")
            let other = try stores.mail(.verify, to: "other@example.com", user: user.id)
            try requireEqual(try await stores.deliver(other).mail, nil, "another address than the account's")
            _ = try await stores.accounts.setActive(false, id: user.id, at: Stores.start)
            try requireEqual(
                try await stores.deliver(try stores.mail(.reset, to: "owner@example.com")).mail, nil, "inactive")
            try requireEqual(try await stores.outbox.counts(in: .test()).waiting, 0, "nothing is left")
        },
        Case("more messages to an address than the limit of an hour are left out") { stores in
            _ = try await stores.makeUser("owner@example.com")
            var sent = 0
            for number in 0..<20 {
                let now = Stores.start.adding(seconds: number * 360)
                let message = try stores.mail(.reset, to: "owner@example.com", at: now)
                sent += try await stores.deliver(message, hourlyLimit: 3, at: now).mail == nil ? 0 : 1
            }
            try requireEqual(sent, 6, "three in each of two hours")
        },
        Case("a second attempt does not bring a used link back") { stores in
            let user = try await stores.makeUser("owner@example.com")
            let context = RequestContext.test(at: Stores.start)
            let message = try stores.mail(.verify, to: "owner@example.com", user: user.id)
            _ = try await stores.outbox.enqueue(message, pending: nil, limit: 9, in: context)
            let claim = OutboxClaim(until: Stores.start.adding(seconds: 300))
            let claimed = try await stores.outbox.claim(1, claim, in: context)[0]
            let preparation = stores.preparation(message)
            for _ in 0..<2 {
                try require(
                    try await stores.outbox.prepare(claimed, claim, preparation, in: context) != nil, "to be sent")
            }
            guard let link = preparation.link else { throw ConformanceFailure(description: "no link") }
            _ = try await stores.links.verify(link.digest, in: context)
            try requireEqual(try await stores.outbox.prepare(claimed, claim, preparation, in: context), nil, "used")
            try requireEqual(try await stores.outbox.counts(in: context).waiting, 0, "and dropped")
        },
        Case("several workers send each message once") { stores in
            for number in 0..<60 {
                let message = try stores.mail(.reset, to: "user\(number)@example.com")
                _ = try await stores.outbox.enqueue(message, pending: nil, limit: 100, in: .test(at: Stores.start))
            }
            let taken = try await withThrowingTaskGroup(of: [OutboxMessage.ID].self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        var ids: [OutboxMessage.ID] = []
                        // A store that gives rows out again would never be empty.
                        while ids.count <= 60 {
                            let claim = OutboxClaim(until: Stores.start.adding(seconds: 300))
                            let claimed = try await stores.outbox.claim(4, claim, in: .test(at: Stores.start))
                            if claimed.isEmpty { return ids }
                            ids += claimed.map(\.id)
                        }
                        return ids
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            try requireEqual(taken.count, 60, "all")
            try requireEqual(Set(taken).count, 60, "once each")
        },
    ]
}
