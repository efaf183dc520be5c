// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport

/// A session that is refreshed again and again: what lifetime its tokens get, and how long that takes. One thread's.
final class LifetimeProbe {
    private let client: WireClient
    private var token: String
    private(set) var latencies = Distribution()

    init(_ server: ServerProcess) throws {
        client = WireClient(port: server.port)
        token = try client.newSession().tokens.refresh
    }

    /// Seconds that an access token is valid now.
    func lifetime() throws -> Int {
        let start = ContinuousClock.now
        let tokens = try Tokens(client.refresh(token))
        latencies.add(seconds(since: start))
        token = tokens.refresh
        return try tokens.lifetime
    }

    /// Refreshes until the lifetime is this one.
    /// - Returns: after how many seconds from `start`; infinity when it is not in time.
    func delay(
        until lifetime: Int, from start: ContinuousClock.Instant = .now, within limit: Double = 5
    ) throws -> Double {
        let reached: Bool? = try waitUntil(limit, every: 2_000) { try self.lifetime() == lifetime ? true : nil }
        return reached == true ? seconds(since: start) : .infinity
    }

    /// Refreshes for so many seconds.
    /// - Returns: how long each took, and all lifetimes that were seen.
    func observe(_ duration: Double) throws -> (latencies: Distribution, lifetimes: Set<Int>) {
        var seen = Set<Int>()
        latencies = Distribution()
        let deadline = Deadline(duration)
        while !deadline.passed {
            seen.insert(try lifetime())
            pause(0.002)
        }
        return (latencies, seen)
    }
}

extension Tokens {
    /// Seconds from the issue of the access token to its expiry.
    var lifetime: Int {
        get throws {
            let token = try AccessToken(access)
            guard let exp = token["exp"].flatMap({ Int($0) }), let iat = token["iat"].flatMap({ Int($0) }) else {
                throw Failure("no times in the token")
            }
            return exp - iat
        }
    }
}
