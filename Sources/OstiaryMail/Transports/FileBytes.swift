// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Reading and writing of files in a few calls of the system.
enum FileBytes {
    /// Writes all bytes. Blocks.
    /// - Returns: false if it fails; `errno` says why.
    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Writes a new file. Blocks.
    /// - Returns: false if it fails or if there is one; `errno` says why.
    static func create(_ path: String, _ bytes: [UInt8], mode: mode_t = 0o600) -> Bool {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { return false }
        let isWritten = write(bytes, to: descriptor)
        let code = errno
        guard close(descriptor) == 0, isWritten else {
            if !isWritten { errno = code }
            return false
        }
        return true
    }

    /// The first bytes of a regular file. Blocks.
    /// - Parameter limit: the most bytes to read.
    /// - Returns: nil if it cannot be read; `errno` says why.
    static func read(_ path: String, atMost limit: Int) -> [UInt8]? {
        // Without O_NONBLOCK, opening a named pipe waits for a writer.
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        guard status.st_mode & S_IFMT == S_IFREG else {
            errno = EINVAL
            return nil
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while bytes.count < limit {
            let count = systemRead(descriptor, &buffer, min(buffer.count, limit - bytes.count))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return bytes
    }
}

// The functions of the type have the same names.
private let systemWrite = write as @Sendable (Int32, UnsafeRawPointer?, Int) -> Int
private let systemRead = read as @Sendable (Int32, UnsafeMutableRawPointer?, Int) -> Int
