/// Reads JSON texts as RFC 8259 defines them and nothing else: no comments, no trailing commas, no byte order mark.
public enum JSONReader {
    /// What a repeated key in one object means; RFC 8259 §4 leaves it open.
    public enum DuplicateKeys: Sendable {
        /// The last value counts.
        case lastWins
        /// The document is refused, as signed claims must not be read in two ways (RFC 8725 §2.4).
        case refused
    }

    /// No depth beyond this one is read, whatever the caller asks for: reading, writing and releasing a value recurse.
    public static let depthCeiling = 512

    /// Reads one document.
    /// - Parameters:
    ///   - bytes: The document in UTF-8 (RFC 3629).
    ///   - maximumDepth: How many arrays and objects may enclose a value.
    ///   - duplicateKeys: What a repeated key means.
    /// - Throws: ``JSONError`` at the first byte that breaks a rule.
    public static func read(
        _ bytes: some Collection<UInt8>, maximumDepth: Int = 64, duplicateKeys: DuplicateKeys = .lastWins
    ) throws(JSONError) -> JSONValue {
        let depth = min(maximumDepth, depthCeiling)
        let outcome = bytes.withContiguousStorageIfAvailable { storage in
            document(storage, maximumDepth: depth, duplicateKeys: duplicateKeys)
        }
        if let outcome {
            return try outcome.get()
        }
        return try Array(bytes).withUnsafeBufferPointer { storage in
            document(storage, maximumDepth: depth, duplicateKeys: duplicateKeys)
        }.get()
    }

    // The closures above cannot throw a typed error, hence a result.
    private static func document(
        _ bytes: UnsafeBufferPointer<UInt8>, maximumDepth: Int, duplicateKeys: DuplicateKeys
    ) -> Result<JSONValue, JSONError> {
        do throws(JSONError) {
            do throws(UTF8.ValidationError) {
                _ = try UTF8Span(validating: bytes.span)
            } catch {
                throw JSONError(reason: "Invalid UTF-8", offset: error.byteOffsets.lowerBound)
            }
            var scanner = JSONScanner(bytes, maximumDepth: maximumDepth, duplicateKeys: duplicateKeys)
            return .success(try scanner.document())
        } catch {
            return .failure(error)
        }
    }
}
