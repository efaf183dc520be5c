// SPDX-License-Identifier: Apache-2.0

/// The algorithm that signs access tokens.
package enum TokenAlgorithm: String, Sendable, CaseIterable {
    /// That of the key that began to sign last; without a key, HS256.
    case auto
    case hs256 = "HS256"
    case es256 = "ES256"
    case rs256 = "RS256"
    case eddsa = "EdDSA"

    /// The name in `alg`; nil for any.
    package var name: String? { self == .auto ? nil : rawValue }
}

extension TokenAlgorithm: SettingValue {
    package static var typeName: String { "word" }
    package init?(settingText: String) {
        guard let value = Self.allCases.first(where: { $0.rawValue.hasSameBytes(as: settingText) }) else { return nil }
        self = value
    }
    package var settingText: String { rawValue }
    package init?(constance: ConstanceValue) {
        guard case .string(let text) = constance else { return nil }
        self.init(settingText: text)
    }
    package var constance: ConstanceValue { .string(rawValue) }
}

/// The audience of access tokens: texts that are separated by commas, none of them empty.
package struct TokenAudience: Sendable, Equatable {
    /// The texts; none for the issuer alone.
    package let names: [String]

    package init(_ names: [String] = []) { self.names = names }
}

extension TokenAudience: SettingValue {
    package static var typeName: String { "list" }
    /// The most names.
    static let maximumCount = 20

    package init?(settingText: String) {
        guard !settingText.isEmpty else {
            self.init()
            return
        }
        let names = settingText.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self).trimmingBlanks }
        guard names.count <= Self.maximumCount,
            names.allSatisfy({ (1...200).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x21...0x7E).contains($0) } })
        else { return nil }
        self.init(names)
    }
    package var settingText: String { names.joined(separator: ",") }
    package init?(constance: ConstanceValue) {
        guard case .string(let text) = constance else { return nil }
        self.init(settingText: text)
    }
    package var constance: ConstanceValue { .string(settingText) }
}

extension String {
    fileprivate var trimmingBlanks: String {
        let blank = UInt8(ascii: " ")
        return String(decoding: utf8.drop { $0 == blank }.reversed().drop { $0 == blank }.reversed(), as: UTF8.self)
    }
}
