// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd.Alone {
    /// Points that take too long for every run.
    @Suite(.enabled(if: TestScale.isLong, "make soak"))
    struct CrashPointsAtLength {
        @Test("a checkpoint of SQLite may fail or be cut off at any point")
        func checkpoint() throws {
            let server = try ServerProcess(logLevel: "critical")
            let sweep = CrashSweep(server: server) { try Rows(sqlite: server.databaseFile) }
            let operation = CrashOperation.refresh.fillingLog(of: server)
            for fault in [Fault.kill, .ioError, .full] {
                let count = try sweep.run(operation, fault, at: .files(of: server))
                count.print("\(operation.name) on SQLite", fault)
                #expect(count.points > 30, "no checkpoint among them")
            }
            #expect(server.terminate() == .code(0))
        }

        @Test("on PostgreSQL an operation is done or not done wherever the server or PostgreSQL is interrupted")
        func postgres() throws {
            let postgres = try PostgresServer()
            let database = try postgres.makeDatabase()
            let storage = ["--database-url", postgres.tcpURL(database), "--database-connections", "1"]
            let server = try ServerProcess(storage, logLevel: "critical")
            try CrashOperation.setUp(server, storage)
            let sweep = CrashSweep(server: server) { try Rows(postgres, database: database) }
            for operation in CrashOperation.all {
                try sweep.run(operation, .kill, at: .statements(of: server, to: postgres, database))
                    .print("\(operation.name) on PostgreSQL, statements", .kill)
                for fault in [Fault.kill, .ioError, .full] {
                    try sweep.run(operation, fault, at: .session(of: server, in: postgres, database))
                        .print("\(operation.name) on PostgreSQL, its session", fault)
                }
            }
            let operation = CrashOperation.refresh.checkpointing(postgres)
            for fault in [Fault.kill, .ioError, .full] {
                try sweep.run(operation, fault, at: .checkpointer(of: server, in: postgres))
                    .print("\(operation.name) on PostgreSQL", fault)
            }
            #expect(server.terminate() == .code(0))
        }
    }
}
