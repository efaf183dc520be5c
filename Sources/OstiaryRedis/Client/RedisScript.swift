// SPDX-License-Identifier: Apache-2.0

import Crypto
import OstiaryCore

/// A Lua script, which Redis runs in one piece.
struct RedisScript {
    private let text: String
    /// The SHA-1 of the text, by which Redis finds the script.
    private let digest: String

    init(_ text: String) {
        self.text = text
        self.digest = Insecure.SHA1.hash(data: Array(text.utf8)).hexadecimal
    }

    /// Runs the script on a server.
    /// - Parameters:
    ///   - arguments: the number of keys, the keys, and the other arguments.
    ///   - deadline: the longest wait for each of at most two commands.
    /// - Throws: ``RedisError``, as ``RedisClient/send(_:deadline:)-swift.method``.
    func run(
        _ arguments: [[UInt8]], on client: RedisClient, deadline: Duration = .milliseconds(500)
    ) async throws(RedisError) -> RESPValue {
        do {
            return try await client.send(
                [Array("EVALSHA".utf8), Array(digest.utf8)] + arguments, deadline: deadline)
        } catch {
            // The server was restarted, or does not know the script yet.
            guard error.isUnknownScript else { throw error }
            return try await client.send([Array("EVAL".utf8), Array(text.utf8)] + arguments, deadline: deadline)
        }
    }
}
