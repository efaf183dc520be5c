// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryTestSupport

/// Which system calls of which processes are the points, and what may come of a fault there.
struct Victim {
    /// Those of this moment.
    let processes: () throws -> [Int32]
    /// Calls on them are points; on everything when there is none.
    var files: () throws -> [String] = { [] }
    /// The names; the first is one that every operation makes.
    var calls: [String]
    /// Whether the operation is durable before any of them.
    var followsCommit = false
    /// Whether a 503 for a fault there may hide that the operation was done.
    let mayHide: (Fault, _ call: String) -> Bool
    /// Brings everything back to work.
    let revive: (_ killed: Bool) throws -> Void
}

extension Victim {
    /// The calls by which a file's content, length or name changes, or becomes durable.
    static let writes = [
        "pwrite64", "write", "writev", "pwritev", "pwritev2", "ftruncate", "truncate", "fallocate", "fsync",
        "fdatasync",
        "sync_file_range", "msync", "rename", "renameat", "renameat2", "unlink", "unlinkat",
    ]

    /// A server's calls on its SQLite file and what belongs to it.
    static func files(of server: ServerProcess) -> Victim {
        let file = server.databaseFile
        return Victim(
            processes: { try [server.requiredPID] }, files: { ["", "-wal", "-shm", "-journal"].map { file + $0 } },
            calls: writes,
            // The frames of a commit whose fsync failed stay in the log until the next commit writes over them.
            mayHide: { fault, call in fault == .ioErrorThenKill && call.hasSuffix("sync") }, revive: server.revive
        )
    }

    /// The same, but only the calls that ask for durability.
    static func syncs(of server: ServerProcess) -> Victim {
        var victim = files(of: server)
        victim.calls = ["fdatasync", "fsync"]
        return victim
    }

    /// The call that sends a server's answer, on a connection that is open by then: threads are woken by ordinary writes,
    /// too, but not on sockets.
    static func answer(of server: ServerProcess) -> Victim {
        Victim(
            processes: { try [server.requiredPID] }, files: { try server.sockets }, calls: ["write"],
            followsCommit: true,
            mayHide: { _, _ in false }, revive: server.revive
        )
    }
}

extension ServerProcess {
    var databaseFile: String { "\(dataDirectory)/ostiary.sqlite3" }

    var requiredPID: Int32 {
        get throws {
            guard let pid else { throw Failure("no server runs") }
            return pid
        }
    }

    /// As strace names them.
    var sockets: [String] {
        get throws {
            let pid = try requiredPID
            return (0..<256).compactMap { descriptor in
                var text = [CChar](repeating: 0, count: 64)
                let length = readlink("/proc/\(pid)/fd/\(descriptor)", &text, text.count)
                let target = String(decoding: text.prefix(max(0, length)).map(UInt8.init), as: UTF8.self)
                return target.hasPrefix("socket:") ? target : nil
            }
        }
    }

    /// Starts the server again if it was killed; it must not have ended otherwise.
    func revive(killed: Bool) throws {
        if killed {
            guard exit(within: 10) == .signal(SIGKILL) else { throw Failure("the server was not killed") }
            return try start()
        }
        guard isRunning else { throw Failure("the server ended: \(output.suffix(500))") }
    }
}
