// SPDX-License-Identifier: Apache-2.0

import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The text of the `Date` header (RFC 9110 §5.6.7), formatted once per second.
enum HTTPDate {
    private static let last = Mutex((second: time_t.min, text: ""))

    static var now: String {
        var second = time(nil)
        return last.withLock { last in
            if last.second != second { last = (second, text(&second)) }
            return last.text
        }
    }

    /// The text is always English: the process never sets a locale.
    static func text(_ second: inout time_t) -> String {
        var parts = tm()
        gmtime_r(&second, &parts)
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
            let length = strftime(buffer.baseAddress, buffer.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
            return String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }
}
