// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// A moment on a page. A script writes it in the reader's zone and leaves UTC in the title.
struct TimeText {
    private let iso: String

    /// - Parameter iso: the RFC 3339 text of a moment in UTC.
    init(_ iso: String) { self.iso = iso }

    /// - Returns: nil for nil and for an empty text.
    init?(_ iso: String?) {
        guard let iso, !iso.isEmpty else { return nil }
        self.iso = iso
    }

    /// `2026-11-29 08:42:14 UTC`; any other text as it is.
    var text: String {
        let bytes = Array(iso.utf8)
        guard bytes.count >= 20, bytes[10] == UInt8(ascii: "T"), bytes.last == UInt8(ascii: "Z") else { return iso }
        let (day, time) = (
            String(decoding: bytes[..<10], as: UTF8.self), String(decoding: bytes[11..<19], as: UTF8.self)
        )
        return "\(day) \(time) UTC"
    }

    var html: HTML { #"<time datetime="\#(iso)" title="\#(text)">\#(text)</time>"# }
}
