// SPDX-License-Identifier: Apache-2.0

/// Reads JSON texts as RFC 8259 defines them and nothing else: no comments, no trailing commas, no byte order mark.
public enum JSONReader {
    /// The meaning of a repeated key in one object, which RFC 8259 §4 leaves open.
    public enum DuplicateKeys: Sendable {
        /// The last value counts.
        case lastWins
        /// The document is refused, as signed claims must not be read in two ways (RFC 8725 §2.4).
        case refused
    }

    /// No depth beyond this one is read, whatever the caller asks for: reading, writing and releasing a value recurse.
    package static let depthCeiling = 512

    /// Reads one document.
    /// - Parameters:
    ///   - bytes: The document in UTF-8 (RFC 3629).
    ///   - maximumDepth: The most arrays and objects around a value.
    ///   - maximumValues: The most values in the document, nested ones included.
    ///   - duplicateKeys: The meaning of a repeated key.
    /// - Throws: ``JSONError`` at the first byte that breaks a rule.
    public static func read(
        _ bytes: some Collection<UInt8>, maximumDepth: Int = 64, maximumValues: Int = .max,
        duplicateKeys: DuplicateKeys = .lastWins
    ) throws(JSONError) -> JSONValue {
        let limits = JSONScanner.Limits(depth: min(maximumDepth, depthCeiling), values: maximumValues)
        let outcome = bytes.withContiguousStorageIfAvailable { storage in
            document(storage, limits, duplicateKeys: duplicateKeys)
        }
        if let outcome {
            return try outcome.get()
        }
        return try Array(bytes).withUnsafeBufferPointer { storage in
            document(storage, limits, duplicateKeys: duplicateKeys)
        }.get()
    }

    // The closures above cannot throw a typed error, hence a result.
    private static func document(
        _ bytes: UnsafeBufferPointer<UInt8>, _ limits: JSONScanner.Limits, duplicateKeys: DuplicateKeys
    ) -> Result<JSONValue, JSONError> {
        do throws(JSONError) {
            do throws(UTF8.ValidationError) {
                _ = try UTF8Span(validating: bytes.span)
            } catch {
                throw JSONError(reason: "Invalid UTF-8", offset: error.byteOffsets.lowerBound)
            }
            var scanner = JSONScanner(bytes, limits, duplicateKeys: duplicateKeys)
            return .success(try scanner.document())
        } catch {
            return .failure(error)
        }
    }
}
