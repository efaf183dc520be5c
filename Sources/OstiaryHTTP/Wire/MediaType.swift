/// A media type, `type/subtype; name=value` (RFC 9110 §8.3.1).
struct MediaType: Equatable, Sendable {
    /// In lower case.
    let type: String
    /// In lower case.
    let subtype: String
    /// By name in lower case; of a name given twice the last value counts.
    let parameters: [String: String]

    /// - Returns: `nil` when the text has no type or no subtype.
    init?(_ text: String) {
        let header = ParameterizedValue(Array(text.utf8)[...])
        let names = header.value.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard names.count == 2, !names[0].isEmpty, !names[1].isEmpty else { return nil }
        type = String(names[0])
        subtype = String(names[1])
        parameters = header.parameters
    }
}
