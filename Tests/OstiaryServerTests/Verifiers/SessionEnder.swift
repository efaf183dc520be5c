// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Synchronization

/// A client that logs in and out without a pause, at each server in turn. It passes over those that do not answer.
final class SessionEnder {
    private final class State: Sendable {
        let ended = Mutex<[String]>([])
        let isOver = Atomic<Bool>(false)
    }

    private let state: State
    private let threads: BackgroundThreads

    init(_ ports: [UInt16], _ email: String) throws {
        let state = State()
        self.state = state
        threads = try BackgroundThreads(1) { _ in
            let clients = ports.map { WireClient(port: $0, timeout: 3) }
            var turn = 0
            while !state.isOver.load(ordering: .relaxed) {
                turn += 1
                let client = clients[turn % clients.count]
                do {
                    let tokens = try client.tokens(email)
                    // An end that is not acknowledged may have happened or not, so nothing is expected of it.
                    guard try client.logout(tokens.refresh).status == 200 else { continue }
                    state.ended.withLock { $0.append(tokens.access) }
                } catch { pause(0.01) }
            }
        }
    }

    /// The access tokens of the sessions whose end was acknowledged.
    var ended: [String] { state.ended.withLock { $0 } }

    /// Waits until so many more have ended.
    func wait(for count: Int) async throws {
        let (start, deadline) = (ended.count, Deadline(30))
        while ended.count < start + count {
            guard !deadline.passed else { throw Failure("\(ended.count - start) of \(count) sessions end") }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    func stop() throws {
        state.isOver.store(true, ordering: .relaxed)
        try threads.join()
    }

    deinit { state.isOver.store(true, ordering: .relaxed) }
}
