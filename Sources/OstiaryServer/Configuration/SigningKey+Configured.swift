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
        guard let key = SigningKey(secret: secret.reveal.utf8) else {
            throw .keyFile("the configuration", reason: "it is shorter than \(SigningKey.minimumBytes) bytes")
        }
        return key
    }
}
