// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension SigningKey {
    /// The key of the configuration, or else that of the data directory, made where there is none.
    /// - Throws: ``StartError``.
    static func configured(_ configuration: ServerConfiguration) throws(StartError) -> SigningKey {
        let secret: SecretText
        switch (configuration.secretKey, configuration.database) {
        case (let given?, _): secret = given
        case (nil, .sqlite): secret = try SecretKeyFile.load(directory: configuration.dataDirectory)
        case (nil, .postgres): throw .missingKey
        }
        return try key(secret)
    }

    /// The same, but none is made.
    /// - Returns: nil where there is none.
    /// - Throws: ``StartError``.
    static func existing(_ configuration: ServerConfiguration) throws(StartError) -> SigningKey? {
        switch (configuration.secretKey, configuration.database) {
        case (let given?, _): try key(given)
        case (nil, .sqlite):
            try SecretKeyFile.existing(in: configuration.dataDirectory).map { secret throws(StartError) in
                try key(secret)
            }
        case (nil, .postgres): nil
        }
    }

    private static func key(_ secret: SecretText) throws(StartError) -> SigningKey {
        guard let key = SigningKey(secret: secret.reveal.utf8) else {
            throw .keyFile("the configuration", reason: "it is shorter than \(SigningKey.minimumBytes) bytes")
        }
        return key
    }
}
