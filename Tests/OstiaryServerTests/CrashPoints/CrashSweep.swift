// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryTestSupport

/// Interrupts an operation at its first point, its second, and so on, until it runs through untouched.
struct CrashSweep {
    let server: ServerProcess
    let rows: () throws -> Rows

    struct Count {
        var points = 0
        /// Answers 503 to what was found done later.
        var hidden = 0
    }

    /// - Throws: ``Failure`` at the first point after which the state is neither the one before nor the one after the
    ///   operation, or not what the client was told.
    func run(_ operation: CrashOperation, _ fault: Fault, at victim: Victim) throws -> Count {
        var count = Count()
        var done: Set<String> = []
        var found = Set(victim.calls.prefix(1))
        // What a run through all of it shows is swept too, so nothing is left out in the end.
        while let call = found.subtracting(done).min() {
            var n = 0
            var trace: Trace
            repeat {
                n += 1
                do { trace = try strike(operation, fault, at: victim, call, n, &count) } catch {
                    throw Failure("\(operation.name), \(fault.rawValue) at \(call) \(n): \(error)")
                }
            } while trace.wasTouched
            found.formUnion(trace.calls)
            done.insert(call)
        }
        guard count.points > 0 else { throw Failure("\(operation.name) has no point for \(fault.rawValue)") }
        return count
    }

    private func strike(
        _ operation: CrashOperation, _ fault: Fault, at victim: Victim, _ call: String, _ n: Int, _ count: inout Count
    ) throws -> Trace {
        let attempt = try operation.prepare(client)
        let before = try rows()
        let client = self.client
        try client.exchange(WireRequest("GET", "/healthz")).expect(200, "before the operation")
        let tracer = try Tracer(
            victim.processes(), calls: victim.calls, files: victim.files(), injection: fault.injection(call, n)
        )
        let answer = try? attempt.request(client)
        let trace = try tracer.detach(dying: fault == .kill && answer == nil)
        if trace.wasTouched {
            if fault == .ioErrorThenKill { server.kill() }
            try victim.revive(trace.wasKilled || fault == .ioErrorThenKill)
            count.points += 1
        }
        let side = try side(of: operation, before, rows())
        let isTold =
            switch answer?.status {
            case 200, 201: side == .after
            case 503: trace.wasTouched && (side == .before || victim.mayHide(fault, call))
            case nil: trace.wasKilled || trace.wasTouched && victim.followsCommit
            default: false
            }
        let isKept = !victim.followsCommit || side == .after
        guard isTold, isKept else {
            throw Failure("answered \(answer.map { "\($0.status)" } ?? "nothing"), and the state is that \(side)")
        }
        if side == .after, answer?.status == 503 { count.hidden += 1 }
        try attempt.confirm(side, answer, client)
        return trace
    }

    private var client: WireClient { WireClient(port: server.port, timeout: 10) }

    private func side(of operation: CrashOperation, _ before: Rows, _ now: Rows) throws -> Side {
        if now == before { return .before }
        if now == before + operation.change { return .after }
        throw Failure("neither before nor after: \(before), then \(now)")
    }
}
