// SPDX-License-Identifier: Apache-2.0

import Crypto
import FoundationEssentials
import OstiaryTestSupport

/// An access token taken apart, so that it can be changed and signed again as an attacker with the key would.
struct AccessToken: Sendable {
    var header: String
    var payload: String

    init(header: String = #"{"alg":"HS256","typ":"JWT"}"#, payload: String) {
        (self.header, self.payload) = (header, payload)
    }

    init(_ compact: String) throws {
        let parts = compact.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let header = Base64URL.decode(parts[0]), let payload = Base64URL.decode(parts[1]) else {
            throw Failure("not a JWT")
        }
        self.header = String(decoding: header, as: UTF8.self)
        self.payload = String(decoding: payload, as: UTF8.self)
    }

    /// The raw JSON of a claim. The claims of the product are flat and their texts hold no comma.
    subscript(name: String) -> String? {
        range(name).map { String(payload[$0]) }
    }

    /// The same token with one claim replaced by raw JSON, added, or taken out.
    func with(_ name: String, _ json: String?) -> AccessToken {
        var members = payload.dropFirst().dropLast().split(separator: ",").map(String.init)
        members.removeAll { $0.hasPrefix("\"\(name)\":") }
        if let json { members.append("\"\(name)\":\(json)") }
        return AccessToken(header: header, payload: "{\(members.joined(separator: ","))}")
    }

    func withHeader(_ header: String) -> AccessToken { AccessToken(header: header, payload: payload) }

    /// The compact form with an HS256 signature (RFC 7515 §3.1).
    func signed(with key: String = ServerProcess.secretKey) -> String {
        let input = Base64URL.encode(Array(header.utf8)) + "." + Base64URL.encode(Array(payload.utf8))
        let code = HMAC<SHA256>.authenticationCode(for: Array(input.utf8), using: SymmetricKey(data: Array(key.utf8)))
        return input + "." + Base64URL.encode(Array(code))
    }

    private func range(_ name: String) -> Range<String.Index>? {
        guard let start = payload.firstRange(of: "\"\(name)\":")?.upperBound else { return nil }
        let end = payload[start...].firstIndex { $0 == "," || $0 == "}" } ?? payload.endIndex
        return start..<end
    }
}

enum Base64URL {
    static func encode(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    static func decode(_ text: String) -> [UInt8]? {
        let standard = text.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - standard.count % 4) % 4)
        return Data(base64Encoded: standard + padding).map(Array.init)
    }
}
