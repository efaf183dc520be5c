// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryCore
import Synchronization

/// Argon2id on as many threads as told, as nice as the server's, and nothing else.
struct RawHashes: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "hashes")

    @Argument var threads: Int
    @Argument var seconds: Double

    func run() throws {
        let end = ContinuousClock.now + .seconds(seconds)
        let total = Total()
        let running = (0..<threads).compactMap { _ in
            DedicatedThread(niceness: 10) {
                let hasher = PasswordHasher()
                while ContinuousClock.now < end {
                    _ = try? hasher.verifyNothing(Array("correct horse 7 battery".utf8))
                    total.count.add(1, ordering: .relaxed)
                }
            }
        }
        running.forEach { $0.join() }
        print(Double(total.count.load(ordering: .relaxed)) / seconds)
    }
}

final class Total: Sendable {
    let count = Atomic<Int>(0)
}
