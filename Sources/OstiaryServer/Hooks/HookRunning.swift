// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryCore
import ServiceLifecycle

/// Runs the hooks of committed effects, one after the other. Those that wait at the end of the process are run first.
struct HookRunning: Service {
    let hooks: Hooks
    let accounts: any AccountStore
    let now: WallClock
    let logger: Logger
    /// The time after which a hook is cancelled.
    var patience: Duration = .seconds(10)

    func run() async throws {
        await withGracefulShutdownHandler {
            for await entry in hooks.committed {
                await run(entry)
                let lost = hooks.takeLost()
                guard lost > 0 else { continue }
                logger.error("hooks were left out: too many effects wait", metadata: ["effects": "\(lost)"])
            }
        } onGracefulShutdown: {
            hooks.end()
        }
    }

    private func run(_ entry: AuditEntry) async {
        var user: User?
        if let id = entry.user {
            let context = RequestContext(actor: .system, deadline: ContinuousClock.now + .seconds(5), now: now())
            user = try? await accounts.user(id: id, in: context)
        }
        let event = CommittedEvent(entry: entry, user: user)
        for hook in hooks.hooks(after: entry.event) {
            let work = Task { await hook.body(event) }
            let limit = Task {
                try await Task.sleep(for: patience)
                logger.warning("a hook takes too long and is cancelled", metadata: ["hook": "\(hook.name)"])
                work.cancel()
            }
            await work.value
            limit.cancel()
        }
    }
}
