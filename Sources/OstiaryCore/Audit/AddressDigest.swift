// SPDX-License-Identifier: Apache-2.0

package import Crypto

/// Makes keyed digests of attempted e-mail addresses: attempts at one address share a digest, and the address itself is
/// not stored, since people type passwords into the wrong field.
package struct AddressDigest: Sendable {
    private let key: SymmetricKey

    /// - Parameter key: a secret that all servers on a database share.
    package init(key: SymmetricKey) { self.key = key }

    /// - Returns: `address:` and 128 bits of the address's HMAC-SHA256 in hexadecimal digits. Case makes no difference.
    package func callAsFunction(_ email: EmailAddress) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Array(email.key.utf8), using: key)
        return "address:" + code.prefix(16).reduce(UInt128(0)) { $0 << 8 | UInt128($1) }.hexadecimal
    }
}
