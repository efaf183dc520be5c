// SPDX-License-Identifier: Apache-2.0

/// Makes tokens, and the ids of tokens and sessions.
package struct TokenIssuer: Sendable {
    private let codec: AccessTokenCodec
    private let random: RandomBits

    package init(codec: AccessTokenCodec, random: @escaping RandomBits = systemRandomBits) {
        self.codec = codec
        self.random = random
    }

    func refreshToken() -> RefreshToken { RefreshToken(bits: random()) }

    func nonce() -> UInt128 { random() }

    func sessionID() -> SessionID { SessionID(bits: random()) }

    func pair(
        _ refreshToken: RefreshToken, of session: AuthenticatedSession, accessExpiresAt: Timestamp, now: Timestamp
    ) -> TokenPair {
        let access = AccessToken(
            userID: session.user, expiresAt: accessExpiresAt, issuedAt: now, id: UUIDText.format(random()),
            sessionID: session.id, authentication: session.authentication.isKnown ? session.authentication : nil
        )
        return TokenPair(accessToken: codec.sign(access, groups: session.groups), refreshToken: refreshToken.text)
    }
}
