// SPDX-License-Identifier: Apache-2.0

import OstiaryServer
import OstiaryTestSupport
import Synchronization
import Testing

extension EndToEnd {
    /// The server as a part of another program.
    @Suite struct Embedding {
        private final class Ports: Sendable {
            let all = Mutex<[Int: Int]>([:])
        }

        @Test("two servers live in one process, each with its own data, and end when they are told to")
        func two() async throws {
            let folder = try TemporaryDirectory()
            let ports = Ports()
            let tasks = try (0..<2).map { number in
                let configuration = try ServerConfiguration(
                    flags: [
                        .dataDir: folder.file("data-\(number)"), .port: "0", .logLevel: "critical", .throttling: "off",
                    ], environment: [:])
                let server = try Server(configuration)
                return Task {
                    try await server.run(migrates: true) { started in
                        ports.all.withLock { $0[number] = started.address.port ?? 0 }
                    }
                }
            }
            for _ in 0..<3_000 where ports.all.withLock({ $0.count }) < 2 {
                try await Task.sleep(for: .milliseconds(10))
            }
            let clients = try ports.all.withLock { $0 }.sorted { $0.key < $1.key }.map { _, port in
                WireClient(port: try #require(UInt16(exactly: port)))
            }
            #expect(clients.count == 2)
            let email = freshEmail()
            for client in clients { #expect(try client.register(email).status == 200, "each has its own accounts") }
            let tokens = try clients[0].tokens(email)
            #expect(try clients[0].me(tokens.access).status == 200)
            #expect(try clients[1].me(tokens.access).status == 401, "and its own key")
            for task in tasks {
                task.cancel()
                _ = await task.result
            }
            #expect(throws: (any Error).self) { try clients[0].me(tokens.access) }
        }
    }
}
