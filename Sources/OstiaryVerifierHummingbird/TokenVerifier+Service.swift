// SPDX-License-Identifier: Apache-2.0

public import OstiaryVerifier
public import ServiceLifecycle

extension TokenVerifier: Service {
    /// Follows the feed until the application ends.
    public func run() async throws {
        await cancelWhenGracefulShutdown { await self.follow() }
    }
}
