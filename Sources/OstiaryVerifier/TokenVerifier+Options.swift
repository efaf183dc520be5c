// SPDX-License-Identifier: Apache-2.0

extension TokenVerifier {
    /// Bounds and other choices of a verifier.
    public struct Options: Sendable {
        /// The algorithms that are accepted. A key of another one is not used, whatever a token says.
        public var algorithms = Set(SignatureAlgorithm.allCases)
        /// The seconds that the clocks of the server and of this machine may differ, in the times of tokens.
        public var leeway = 30
        /// The address of the public keys; nil for `/.well-known/jwks.json` below the issuer.
        public var keysAddress: String?
        /// The longest wait for the head of an answer; a poll of the feed has the 30 seconds that the server may wait in addition.
        /// The whole answer has twice as long.
        public var timeout: Duration = .seconds(10)
        /// True if keys may come from another machine without encryption: whoever is between can forge every token then.
        public var allowsPlainText = false
        /// The clocks.
        public var clock = VerifierClock.system
        /// Gets events for the log. It is called from any task and must not wait.
        public var onEvent: (@Sendable (VerifierEvent) -> Void)?

        /// The defaults.
        public init() {}

        func report(_ event: VerifierEvent) { onEvent?(event) }
    }
}
