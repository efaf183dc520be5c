// SPDX-License-Identifier: Apache-2.0

/// The choice of the groups that an access token names in its claim `groups`.
public enum GroupsClaim {
    /// The most names.
    public static let maximumCount = 50
    /// The longest claim, in bytes of its JSON: an access token is sent with each request.
    public static let maximumLength = 2_048
    /// The most names that a store reads for ``names(among:)``.
    public static let maximumCandidates = 200

    /// Leaves out the names that have no place any more.
    /// - Parameter names: names of groups in the order of the claim, which is that of their bytes.
    public static func names(among names: [String]) -> [String] {
        var rest = maximumLength - 2
        var chosen: [String] = []
        for name in names where chosen.count < maximumCount {
            var json = JSONWriter()
            json.string(name)
            let length = json.bytes.count + (chosen.isEmpty ? 0 : 1)
            guard length <= rest else { continue }
            rest -= length
            chosen.append(name)
        }
        return chosen
    }
}
