// SPDX-License-Identifier: Apache-2.0

/// The tokens of an exchange, which may be known to a Django service only, or are to be known to it, too.
package struct LegacyExchange: Sendable {
    /// The token that the client presents.
    package var presented: RefreshToken
    /// The token that replaces it.
    package var successor: RefreshToken
    /// The id of the session that a token of the Django service opens.
    package var session: SessionID

    package init(presented: RefreshToken, successor: RefreshToken, session: SessionID) {
        self.presented = presented
        self.successor = successor
        self.session = session
    }
}
