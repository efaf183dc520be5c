// SPDX-License-Identifier: Apache-2.0

extension OstiaryClient {
    /// Bounds and other choices of a client.
    public struct Options: Sendable {
        /// The number of tries of one refresh.
        public var tries = 6
        /// The longest wait before the second try of a refresh; the bound doubles with each further one. Each wait is drawn
        /// at random, but lasts at least as long as `Retry-After` says, up to a minute.
        public var pause: Duration = .milliseconds(500)
        /// The longest wait for the head of an answer. The whole of it has twice as long.
        public var timeout: Duration = .seconds(10)
        /// The longest wait for others that share the storage.
        public var turnTimeout: Duration = .seconds(120)
        /// The size of the largest answer, in bytes.
        public var maximumAnswer = 1 << 20
        /// The `User-Agent` of requests that name none. The user sees it in the list of sessions.
        public var userAgent = "OstiaryClient"
        /// True if passwords and tokens may go to another machine without encryption.
        public var allowsPlainText = false

        /// The defaults.
        public init() {}
    }
}
