// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Text that is compared byte by byte.
///
/// Swift compares, hashes and splits a `String` by canonical equivalence and grapheme clusters (Unicode UAX #15, #29).
/// That takes time quadratic in a run of combining marks, and makes U+212A equal to `K`. So text from outside the
/// process is compared by these functions until a bounded check has passed; `Scripts/lint` checks it.
///
/// The generic functions are inlinable: without that a package function is not specialized in other modules.
extension StringProtocol {
    /// True if both have the same UTF-8.
    @inlinable package func hasSameBytes(as other: some StringProtocol) -> Bool {
        utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
    }

    @inlinable package func hasBytePrefix(_ prefix: String) -> Bool { utf8.starts(with: prefix.utf8) }

    /// True if every character is ASCII. Linear time, eight bytes at once.
    package var isASCII: Bool {
        utf8.withContiguousStorageIfAvailable { UnsafeRawBufferPointer($0).isASCII } ?? utf8.allSatisfy { $0 < 0x80 }
    }
}

extension String {
    /// True if both have the same UTF-8. Uses `memcmp`, since every request compares tokens and headers.
    package func hasSameBytes(as other: String) -> Bool {
        utf8.count == other.utf8.count && hasSameStart(as: other)
    }

    /// True if the UTF-8 begins with that of the prefix. Uses `memcmp`.
    package func hasBytePrefix(_ prefix: String) -> Bool {
        utf8.count >= prefix.utf8.count && hasSameStart(as: prefix)
    }

    /// True if the part before the first NUL contains the text. Linear time: `strstr` of the C library.
    package func containsBytes(of text: String) -> Bool { strstr(self, text) != nil }

    /// - Parameter other: not longer than this text.
    private func hasSameStart(as other: String) -> Bool {
        let result = utf8.withContiguousStorageIfAvailable { own in
            other.utf8.withContiguousStorageIfAvailable { other in
                guard let start = own.baseAddress, let otherStart = other.baseAddress else { return other.isEmpty }
                return memcmp(start, otherStart, other.count) == 0
            }
        }
        return (result ?? nil) ?? utf8.starts(with: other.utf8)
    }
}

extension UnsafeRawBufferPointer {
    fileprivate var isASCII: Bool {
        let word = MemoryLayout<UInt64>.size
        var offset = 0
        while offset + word <= count {
            guard loadUnaligned(fromByteOffset: offset, as: UInt64.self) & 0x8080_8080_8080_8080 == 0 else {
                return false
            }
            offset += word
        }
        while offset < count {
            guard self[offset] < 0x80 else { return false }
            offset += 1
        }
        return true
    }
}

extension ArraySlice<UInt8> {
    /// The first index of a byte, by `memchr`: without optimization `firstIndex(of:)` takes fifty times as long.
    package func place(of byte: UInt8) -> Int? {
        withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress, let found = memchr(start, Int32(byte), bytes.count) else { return nil }
            return startIndex + (UnsafeRawPointer(found) - start)
        }
    }

    /// The parts between the separators, empty ones included.
    /// - Parameter limit: the most parts to return; the rest is left out.
    package func parts(separatedBy separator: UInt8, atMost limit: Int = .max) -> [ArraySlice<UInt8>] {
        var parts: [ArraySlice<UInt8>] = []
        var rest = self
        while parts.count < limit {
            guard let end = rest.place(of: separator) else { return parts + [rest] }
            parts.append(rest[..<end])
            rest = rest[(end + 1)...]
        }
        return parts
    }
}
