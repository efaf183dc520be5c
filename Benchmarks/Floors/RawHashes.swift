// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryCore
import Synchronization

/// Argon2id or PBKDF2 on as many threads as told, as nice as the server's, and nothing else.
struct RawHashes: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "hashes")

    @Argument var threads: Int
    @Argument var seconds: Double

    @Option(help: "Rounds of PBKDF2 with SHA-256, in the place of Argon2id.")
    var pbkdf2: Int?

    func run() throws {
        let policy = pbkdf2.map { HashingPolicy.pbkdf2(rounds: $0) } ?? .standard
        let start = ContinuousClock.now
        let end = start + .seconds(seconds)
        let total = Total()
        let running = (0..<threads).compactMap { _ in
            DedicatedThread(niceness: 10) {
                let hasher = PasswordHasher(policy)
                while ContinuousClock.now < end {
                    _ = try? hasher.verifyNothing(Array("correct horse 7 battery".utf8))
                    total.count.add(1, ordering: .relaxed)
                }
            }
        }
        running.forEach { $0.join() }
        // The last hashes end after the time; with few hashes a second that counts.
        print(Double(total.count.load(ordering: .relaxed)) / ((ContinuousClock.now - start) / Duration.seconds(1)))
    }
}

final class Total: Sendable {
    let count = Atomic<Int>(0)
}
