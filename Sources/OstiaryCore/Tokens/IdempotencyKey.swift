/// The `Idempotency-Key` of a refresh: the same for every try of one token.
///
/// Checked, and not used yet: a repeated refresh is a replay whatever its key.
public struct IdempotencyKey: Sendable, Hashable {
    private let bytes: [UInt8]

    /// - Parameter text: 16 to 128 visible ASCII characters without commas, which join repeated headers.
    public init?(_ text: String) {
        let bytes = Array(text.utf8.prefix(129))
        guard (16...128).contains(bytes.count),
            bytes.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ",") })
        else { return nil }
        self.bytes = bytes
    }
}
