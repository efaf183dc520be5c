// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd.Alone {
    /// Each operation is interrupted at each system call by which it writes, one after the other.
    @Suite struct CrashPoints {
        @Test(
            "on SQLite an operation is done or not done wherever it is interrupted, and kept once it is acknowledged",
            arguments: CrashOperation.all)
        func sqlite(operation: CrashOperation) throws {
            let server = try ServerProcess(logLevel: "critical")
            if operation.isAdministrative { try CrashOperation.setUp(server) }
            let rows = { try Rows(sqlite: server.databaseFile) }
            let sweep = CrashSweep(server: server, rows: rows)
            let start = ContinuousClock.now
            for fault in [Fault.kill, .ioError, .full] {
                try sweep.run(operation, fault, at: .files(of: server)).print("\(operation.name) on SQLite", fault)
            }
            try sweep.run(
                operation, .ioErrorThenKill, at: TestScale.isLong ? .files(of: server) : .syncs(of: server)
            ).print("\(operation.name) on SQLite", .ioErrorThenKill)
            for fault in [Fault.kill, .ioError] {
                try sweep.run(operation, fault, at: .answer(of: server)).print("the answer to \(operation.name)", fault)
            }
            let last = try rows()
            server.kill()
            try server.start()
            #expect(try rows() == last, "what failed does not come back")
            figure("crash points of \(operation.name) on SQLite took", seconds: seconds(since: start))
            #expect(server.terminate() == .code(0))
        }

        /// A killed process does not lose what it wrote, synced or not: only the order of its calls shows that a machine
        /// without power would not either.
        @Test("an answer is sent when all that was written before it has been synced", arguments: CrashOperation.all)
        func order(operation: CrashOperation) throws {
            let server = try ServerProcess(logLevel: "critical")
            if operation.isAdministrative { try CrashOperation.setUp(server) }
            let attempt = try operation.prepare(WireClient(port: server.port))
            let tracer = try Tracer([server.requiredPID], calls: Victim.writes)
            #expect(try [200, 201].contains(attempt.request(WireClient(port: server.port)).status))
            let calls = try tracer.detach(dying: false).callsUntilAnswer
            #expect(calls.suffix(2) == ["fdatasync", "answer"], "\(calls)")
            #expect(calls.dropLast(2).allSatisfy { $0 == "pwrite64" } && calls.count > 2, "\(calls)")
        }
    }
}

extension CrashSweep.Count {
    func print(_ name: String, _ fault: Fault) {
        figure("crash points of \(name), \(fault.rawValue)", points)
        if hidden > 0 { figure("crash points of \(name), \(fault.rawValue): done in spite of 503", hidden) }
    }
}
