// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Logging
import OstiaryCore
import OstiaryHTTP

/// What a server serves, told without one.
public enum APIDescription {
    /// The description in OpenAPI 3.1 as `GET /api/schema/` answers it, for a server whose address is not known.
    ///
    /// Endpoints stand on stores, so an installation is made for the moment, in a folder that is deleted again.
    /// - Parameter isYAML: else it is JSON.
    /// - Throws: ``StartError``, ``ConfigurationError``.
    public static func openAPI(isYAML: Bool) throws -> [UInt8] {
        let folder = "\(FileManager.default.temporaryDirectory.path)/ostiary-\(UInt64.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let secret = String(repeating: "-", count: SigningKey.minimumBytes)
        let configuration = try ServerConfiguration(flags: [.dataDir: folder, .secretKey: secret], environment: [:])
        let workspace = try Workspace(configuration, creates: true, logger: Logger(label: "ostiary"))
        defer { workspace.close() }
        let secrets = try Secrets.configured(configuration)
        let issuer = TokenIssuer(codec: AccessTokenCodec(keys: KeyRing(signing: secrets.signing)))
        let refusals = RefusalTally(digest: AddressDigest(key: secrets.root.key(for: "audit/1")))
        let schema = workspace.schema(issuer: issuer, throttling: .off, refusals: refusals) {
            Readiness(isReady: false)
        }
        return schema.text(as: isYAML ? .yaml : .json)
    }
}
