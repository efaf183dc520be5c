import FoundationEssentials
import Glibc
import OstiaryCore

/// The signing key of a server that was given none: made once, kept in the data directory.
enum SecretKeyFile {
    static let name = "secret.key"

    /// Reads the key or, where there is none yet, makes one with mode 0600.
    /// - Throws: ``StartError``.
    static func load(directory: String, random: RandomBits = systemRandomBits) throws(StartError) -> SecretText {
        let path = directory + "/" + name
        if let text = try read(path) { return text }
        let key = (0..<3).map { _ in SessionID(bits: random()).description }.joined()
        // O_EXCL decides between two servers that start at once; the loser reads what the winner wrote.
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            if errno == EEXIST, let text = try waitForKey(path) { return text }
            throw StartError.directory(directory, reason: String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        let bytes = Array((key + "\n").utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
            unlink(path)
            throw StartError.directory(directory, reason: String(cString: strerror(errno)))
        }
        return SecretText(key)
    }

    private static func read(_ path: String) throws(StartError) -> SecretText? {
        guard let data = FileManager.default.contents(atPath: path) else {
            if access(path, F_OK) == 0 { throw StartError.keyFile(path, reason: "it cannot be read") }
            return nil
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw StartError.keyFile(path, reason: "it is not text")
        }
        let key = text.hasSuffix("\n") ? String(text.dropLast()) : text
        guard key.utf8.count >= SigningKey.minimumBytes else {
            throw StartError.keyFile(path, reason: "it is shorter than \(SigningKey.minimumBytes) bytes")
        }
        return SecretText(key)
    }

    /// The other server has made the file but perhaps not written it yet.
    private static func waitForKey(_ path: String) throws(StartError) -> SecretText? {
        for _ in 0..<50 {
            if let data = FileManager.default.contents(atPath: path), !data.isEmpty { return try read(path) }
            usleep(10_000)
        }
        return try read(path)
    }
}
