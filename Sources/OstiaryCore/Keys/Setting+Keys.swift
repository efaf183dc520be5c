// SPDX-License-Identifier: Apache-2.0

extension Setting where Value == TokenAlgorithm {
    /// `TOKEN_ALGORITHM`: the algorithm that signs access tokens.
    package static let tokenAlgorithm = Setting(
        name: "TOKEN_ALGORITHM", defaultValue: .auto, values: .all("auto, HS256, ES256, RS256 or EdDSA"),
        help: "The algorithm that signs access tokens; auto is that of the key that began to sign last."
    )
}

extension Setting where Value == TokenAudience {
    /// `TOKEN_AUDIENCE`: the `aud` of access tokens that public keys verify.
    package static let tokenAudience = Setting(
        name: "TOKEN_AUDIENCE", defaultValue: TokenAudience(), values: .all("names separated by commas, or nothing"),
        help: "The aud of access tokens that public keys verify; nothing is the issuer."
    )
}

extension Setting where Value == Int {
    /// `JWKS_MAX_AGE`: the seconds for which caches may keep the public keys.
    public static let jwksMaximumAge = Setting(
        name: "JWKS_MAX_AGE", defaultValue: 300, range: 0...86_400, unit: "s",
        help: "How long caches may keep the public keys; a new key signs no sooner."
    )
    /// `KEY_PUBLISH_HOURS`: the hours after which a new key signs although a verifier lacks it.
    public static let keyPublishHours = Setting(
        name: "KEY_PUBLISH_HOURS", defaultValue: 24, range: 0...720, unit: "h",
        help: "When a new key signs although a verifier that fetches or polls lacks it."
    )
    /// `KEY_ROTATION_DAYS`: the days after which a key is replaced; 0 for by hand.
    public static let keyRotationDays = Setting(
        name: "KEY_ROTATION_DAYS", defaultValue: 0, range: 0...3_650, unit: "d",
        help: "The age at which a signing key is replaced by itself; 0 for by hand."
    )
}

extension Settings {
    static let keys = [
        AnySetting(.tokenAlgorithm), AnySetting(.tokenAudience), AnySetting(.jwksMaximumAge),
        AnySetting(.keyPublishHours), AnySetting(.keyRotationDays),
    ]
}
