// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A small text file that an operator names. It may be a pipe, as `<(command)` of a shell is.
enum TextFile {
    /// The most bytes of a file.
    static let maximumBytes = 65_536

    /// The reason why a file cannot be used, with its remedy; a phrase without a full stop.
    struct Fault: Error, Equatable, CustomStringConvertible {
        let description: String
    }

    /// Reads a file without the line end that editors add. Reads no more than ``maximumBytes`` and one.
    static func read(_ path: String) throws(Fault) -> String {
        // Without O_NONBLOCK, opening a named pipe waits for a writer.
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw fault(errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw fault(errno) }
        if status.st_mode & S_IFMT == S_IFDIR { throw fault(EISDIR) }
        // Wait for the writer of a pipe that has one.
        _ = fcntl(descriptor, F_SETFL, O_RDONLY)
        let bytes = try bytes(of: descriptor)
        guard bytes.count <= maximumBytes else {
            throw Fault(description: "the file is larger than 64 KiB; check that it is the right one")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Fault(description: "the file is not text in UTF-8; check that it is the right one")
        }
        return text.utf8.last == UInt8(ascii: "\n") ? String(text.dropLast()) : text
    }

    private static func bytes(of descriptor: Int32) throws(Fault) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: maximumBytes + 1)
        while bytes.count <= maximumBytes {
            let count = Glibc.read(descriptor, &buffer, buffer.count - bytes.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw fault(errno) }
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return bytes
    }

    private static func fault(_ error: Int32) -> Fault {
        switch error {
        case ENOENT: Fault(description: "there is no such file; check the path")
        case EACCES: Fault(description: "this user may not read the file; allow it, or run the command as its owner")
        case EISDIR: Fault(description: "the path leads to a directory; give the path of a file")
        default: Fault(description: "the file cannot be read: \(String(cString: strerror(error)))")
        }
    }
}
