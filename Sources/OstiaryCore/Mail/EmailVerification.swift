// SPDX-License-Identifier: Apache-2.0

/// The proof of an address that a registration needs.
public enum EmailVerification: String, Sendable, CaseIterable {
    /// No message is sent.
    case off
    /// A message with a link is sent; the account works without.
    case optional
    /// The account exists once the link was opened.
    case required
}

extension EmailVerification: SettingValue {
    public static var typeName: String { "word" }
    public init?(settingText: String) {
        guard let value = Self.allCases.first(where: { $0.rawValue.hasSameBytes(as: settingText) }) else { return nil }
        self = value
    }
    public var settingText: String { rawValue }
    public init?(constance: ConstanceValue) {
        guard case .string(let text) = constance else { return nil }
        self.init(settingText: text)
    }
    public var constance: ConstanceValue { .string(rawValue) }
}
