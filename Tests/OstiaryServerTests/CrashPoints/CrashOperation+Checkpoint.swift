// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport

extension CrashOperation {
    /// The same, but its commit is the one after which the log is moved into the file (4,000 frames): beside the writer,
    /// so the answer may come before.
    func fillingLog(of server: ServerProcess) -> CrashOperation {
        CrashOperation(name: "\(name) with a checkpoint", change: change) { client in
            let attempt = try prepare(client)
            let access = try client.newSession().tokens.access
            // A profile's change is a few frames, fewer than any operation, and always of the same pages: each page in the
            // log is a point.
            for round in 0..<4_000 where try Self.frames(server) < 3_996 {
                _ = try client.put("{\"username\":\"name \(round)\"}", access)
            }
            return Attempt {
                let answer = try attempt.request($0)
                for _ in 0..<50 where (try? Self.frames(server)) ?? 0 > 0 { pause(0.02) }
                return answer
            } confirm: {
                try attempt.confirm($0, $1, $2)
            }
        }
    }

    /// The same, and then PostgreSQL moves its log into the tables' files.
    func checkpointing(_ postgres: PostgresServer) -> CrashOperation {
        CrashOperation(name: "\(name) with a checkpoint", change: change) { client in
            let attempt = try prepare(client)
            return Attempt {
                let answer = try attempt.request($0)
                // It fails where it is the one that is interrupted.
                _ = try? postgres.query("CHECKPOINT")
                return answer
            } confirm: {
                try attempt.confirm($0, $1, $2)
            }
        }
    }

    /// How many frames the log has that are not all in the file yet: `mxFrame` and `nBackfill` of the shared index
    /// (SQLite's WAL-index format).
    private static func frames(_ server: ServerProcess) throws -> UInt32 {
        guard let data = FileManager.default.contents(atPath: server.databaseFile + "-shm"), data.count >= 100 else {
            throw Failure("no index of the log")
        }
        return data.withUnsafeBytes {
            let frames = $0.loadUnaligned(fromByteOffset: 16, as: UInt32.self)
            return frames == $0.loadUnaligned(fromByteOffset: 96, as: UInt32.self) ? 0 : frames
        }
    }
}
