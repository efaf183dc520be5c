// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Reads a file in large pieces and gives it out byte by byte.
struct ByteSource: ~Copyable {
    private let descriptor: Int32
    private var buffer = [UInt8](repeating: 0, count: 1 << 18)
    private var position = 0
    private var end = 0
    private let path: String
    /// The number of the line of the next byte, from 1.
    private(set) var line = 1
    /// The number of bytes that were given out.
    private(set) var offset: Int64 = 0
    /// The size of the file in bytes; 0 for a pipe.
    let size: Int64

    /// - Throws: ``ImportFileError``.
    init(_ path: String) throws(ImportFileError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
            throw ImportFileError(path, String(cString: strerror(errno)))
        }
        size = status.st_mode & S_IFMT == S_IFREG ? Int64(status.st_size) : 0
    }

    deinit { close(descriptor) }

    /// - Returns: nil at the end of the file.
    /// - Throws: ``ImportFileError``.
    mutating func next() throws(ImportFileError) -> UInt8? {
        if position == end {
            try fill()
            guard end > 0 else { return nil }
        }
        let byte = buffer[position]
        position += 1
        offset += 1
        if byte == UInt8(ascii: "\n") { line += 1 }
        return byte
    }

    private mutating func fill() throws(ImportFileError) {
        var count = 0
        repeat { count = read(descriptor, &buffer, buffer.count) } while count < 0 && errno == EINTR
        guard count >= 0 else { throw ImportFileError(path, String(cString: strerror(errno))) }
        (position, end) = (0, count)
    }
}

/// The reason for which a file cannot be read, in words for an operator.
package struct ImportFileError: Error, CustomStringConvertible {
    package let description: String

    init(_ path: String, _ reason: String) { description = "\(path) cannot be read: \(reason)." }
}
