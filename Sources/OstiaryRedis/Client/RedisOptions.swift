// SPDX-License-Identifier: Apache-2.0

/// Times and limits of a ``RedisClient``.
public struct RedisOptions: Sendable {
    /// The longest time for connection, TLS and handshake together.
    public var connectTimeout: Duration = .seconds(1)
    /// The time without a reply after which a `PING` is sent.
    public var pingInterval: Duration = .seconds(1)
    /// The longest wait for the reply to a `PING`.
    public var pingDeadline: Duration = .milliseconds(800)
    /// The pause after the first failed attempt to connect; it doubles with each attempt.
    public var shortestPause: Duration = .milliseconds(50)
    /// The longest pause between two attempts to connect.
    public var longestPause: Duration = .seconds(1)
    /// The most commands that wait for a reply; more are refused at once.
    public var commandsInFlight = 256
    /// The most bytes of commands that wait for a reply; more are refused at once.
    public var bytesInFlight = 4 << 20
    package var limits = RESPLimits()
    /// The name in the server's `CLIENT LIST`, without spaces.
    public var clientName = "ostiary"
    /// The purpose of the connection in metrics and logs.
    public var use = "settings"
    /// The path of a PEM file with the trusted certificates; nil for those of the system.
    public var trustRootsFile: String?

    /// Options with the default of each property.
    public init() {}
}
