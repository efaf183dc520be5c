// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryCore
import OstiaryRedis

/// The configured place of the throttling budgets.
enum ThrottlingAccess {
    case off
    case process(now: WallClock)
    /// - Parameter client: the connection; it must run as long as the budgets are used.
    case redis(RedisThrottle, client: RedisClient)

    /// - Parameter now: the wall clock of budgets in memory.
    init(
        _ location: ThrottlingLocation, now: @escaping WallClock = Timestamp.now, logger: Logger
    ) throws(StartError) {
        switch location {
        case .off:
            logger.warning("throttling is off: nobody is kept from guessing passwords")
            self = .off
        case .process: self = .process(now: now)
        case .redis(let endpoint):
            var options = RedisOptions()
            options.use = "throttling"
            do throws(RedisError) {
                let client = try RedisClient(endpoint: endpoint, options: options, logger: logger) { _ in }
                self = .redis(RedisThrottle(client: client, local: LocalThrottle(), logger: logger), client: client)
            } catch {
                throw StartError(
                    description: "Redis cannot be used: \(error).", exitCode: ConfigurationError.exitCode)
            }
        }
    }

    func throttling(_ settings: DynamicSettings, _ root: RootSecret, log: FirstRefusals) -> Throttling {
        switch self {
        case .off: .off
        case .process(let now): Throttling(LocalThrottle(now: now), settings: settings, root: root, log: log)
        case .redis(let throttle, _): Throttling(throttle, settings: settings, root: root, log: log)
        }
    }

    /// A note for the readiness check. Requests are served in every case.
    var note: String {
        switch self {
        case .off: "off"
        case .process: "ok"
        case .redis(let throttle, _): throttle.isShared ? "ok, shared" : "degraded: this node's own budgets"
        }
    }
}
