// SPDX-License-Identifier: Apache-2.0

/// The public keys of a server, as it publishes them (RFC 7517 §5).
struct KeySet: Sendable {
    private let keys: [String: VerificationKey]

    static let maximumSize = 256 << 10
    private static let maximumCount = 100

    /// - Parameters:
    ///   - bytes: the document. Keys of other kinds in it are ignored; of two with one `kid` the first counts.
    ///   - algorithms: the algorithms that may be used.
    /// - Returns: nil if it is no set, or has more than 100 keys.
    init?(_ bytes: [UInt8], algorithms: Set<SignatureAlgorithm>) {
        guard bytes.count <= Self.maximumSize, case .array(let elements)? = JSON.object(bytes)?["keys"],
            elements.count <= Self.maximumCount
        else { return nil }
        let keys = elements.compactMap(VerificationKey.init).filter { algorithms.contains($0.algorithm) }
        self.keys = Dictionary(keys.map { ($0.id, $0) }) { first, _ in first }
    }

    subscript(id: String) -> VerificationKey? { keys[id] }
}
