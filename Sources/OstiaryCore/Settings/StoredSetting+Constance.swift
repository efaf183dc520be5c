// SPDX-License-Identifier: Apache-2.0

extension StoredSetting {
    /// Reads a stored text of django-constance.
    /// - Returns: nil for the default.
    package init?(constance text: String?) {
        guard let text else { return nil }
        self.init(constance: Array(text.utf8))
    }

    /// Reads stored bytes of django-constance.
    /// - Returns: nil for the default.
    package init?(constance bytes: [UInt8]) {
        do {
            guard let value = try ConstanceCodec.decode(bytes) else { return nil }
            self = .constance(value)
        } catch {
            self = .unusable(reason: "\(error)")
        }
    }

    /// The value as audit entries show it: as operators type it, or as JSON.
    public var shown: String {
        switch self {
        case .text(let text): text
        case .constance(.integer(let value)): String(value)
        case .constance(.bool(let value)): String(value)
        case .constance(.string(let text)): text
        case .constance(let value):
            (try? ConstanceCodec.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "not readable"
        case .unusable: "not readable"
        }
    }
}
