// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryCore

/// A generated secret in the data directory, for a server that was configured without one.
struct SecretFile {
    let name: String

    static let signingKey = SecretFile(name: "secret.key")
    static let root = SecretFile(name: "root.key")

    /// Reads the secret. If there is none yet, makes one with mode 0600.
    /// - Parameter initial: the secret to store; nil for a random one.
    /// - Throws: ``StartError``.
    func load(
        in directory: String, initially initial: SecretText? = nil, random: RandomBits = systemRandomBits
    ) throws(StartError) -> SecretText {
        let path = directory + "/" + name
        if let text = try Self.read(path, in: directory) { return text }
        let key = initial?.reveal ?? Self.drawn(random)
        let draft = "\(path).\(SessionID(bits: random()))"
        defer { unlink(draft) }
        // The file is complete before link() gives it its name, which succeeds only once: two servers that start at the
        // same moment both use the secret of the faster one.
        guard Self.save(key + "\n", to: draft), link(draft, path) == 0 || errno == EEXIST else {
            throw StartError.directory(directory, reason: String(cString: strerror(errno)))
        }
        guard let text = try Self.read(path, in: directory) else {
            throw StartError.keyFile(path, reason: "it disappeared")
        }
        return text
    }

    /// - Returns: the secret; nil if none has been made yet.
    /// - Throws: ``StartError``.
    func existing(in directory: String) throws(StartError) -> SecretText? {
        try Self.read(directory + "/" + name, in: directory)
    }

    /// 256 random bits as hexadecimal digits.
    private static func drawn(_ random: RandomBits) -> String {
        (0..<2).map { _ in random().hexadecimal }.joined()
    }

    /// Writes a new file with mode 0600.
    /// - Returns: false if the file exists or cannot be written; `errno` tells the reason.
    static func save(_ text: String, to path: String) -> Bool {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        return write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
    }

    private static func read(_ path: String, in directory: String) throws(StartError) -> SecretText? {
        if let fault = FileTrust.fault(of: path, isSecret: true, in: directory) { throw .untrusted(path, fault) }
        guard access(path, F_OK) == 0 else { return nil }
        let key: String
        do throws(TextFile.Fault) { key = try TextFile.read(path) } catch {
            throw StartError.keyFile(path, reason: error.description)
        }
        guard key.utf8.count >= SigningKey.minimumBytes else {
            throw StartError.keyFile(path, reason: "it is shorter than \(SigningKey.minimumBytes) bytes")
        }
        return SecretText(key)
    }
}
