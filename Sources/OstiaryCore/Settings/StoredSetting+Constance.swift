// SPDX-License-Identifier: Apache-2.0

extension StoredSetting {
    /// What a stored text of django-constance means.
    /// - Returns: nil for the default.
    package init?(constance text: String?) {
        guard let text else { return nil }
        self.init(constance: Array(text.utf8))
    }

    /// What stored bytes of django-constance mean.
    /// - Returns: nil for the default.
    package init?(constance bytes: [UInt8]) {
        do {
            guard let value = try ConstanceCodec.decode(bytes) else { return nil }
            self = .constance(value)
        } catch {
            self = .unusable(reason: "\(error)")
        }
    }

    /// For the journal: the value as operators type it, or what it is.
    public var shown: String {
        switch self {
        case .text(let text): text
        case .constance(.integer(let value)): String(value)
        case .constance(.string(let text)): text
        case .constance(let value):
            (try? ConstanceCodec.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "not readable"
        case .unusable: "not readable"
        }
    }
}
