// SPDX-License-Identifier: Apache-2.0

/// Servers that many tests use, started when the first asks. What a test does there must not disturb another.
enum SharedServers {
    private static let ordinaryServer = Result { try ServerProcess() }
    private static let briefServer = Result {
        try ServerProcess(environment: ["OSTIARY_REFRESH_TOKEN_LIFETIME": "1"])
    }

    static func ordinary() throws -> ServerProcess { try ordinaryServer.get() }

    /// Refresh tokens live for one second there.
    static func brief() throws -> ServerProcess { try briefServer.get() }

    static func client() throws -> WireClient { try WireClient(port: ordinary().port) }
}
