// SPDX-License-Identifier: Apache-2.0

/// Times and limits of a ``RedisClient``.
public struct RedisOptions: Sendable {
    /// For the connection, TLS and the handshake together.
    public var connectTimeout: Duration = .seconds(1)
    /// After this silence the server is asked for a sign of life.
    public var pingInterval: Duration = .seconds(1)
    public var pingDeadline: Duration = .milliseconds(800)
    /// Pause after the first failed attempt to connect; it doubles with each one.
    public var shortestPause: Duration = .milliseconds(50)
    public var longestPause: Duration = .seconds(1)
    /// Commands waiting for their answer; more are refused at once.
    public var commandsInFlight = 256
    /// Bytes of the commands waiting for their answer; more are refused at once.
    public var bytesInFlight = 4 << 20
    package var limits = RESPLimits()
    /// What the server's `CLIENT LIST` shows; no spaces.
    public var clientName = "ostiary"
    /// What the connection is for, in metrics and logs.
    public var use = "settings"
    /// A PEM file with the certificates that are trusted instead of the system's.
    public var trustRootsFile: String?

    public init() {}
}
