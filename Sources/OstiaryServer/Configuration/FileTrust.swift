// SPDX-License-Identifier: Apache-2.0

import CGlibc
import Glibc

/// Checks that only its owner can change a file: anyone who can write the signing key can sign tokens.
enum FileTrust {
    /// A fault of a file or directory, with its remedy.
    struct Fault: Sendable, Equatable {
        let reason: String
        let remedy: String
    }

    /// The types of memory file systems. Container engines mount secrets there, with mode 0444 but without other users.
    private static let memoryFileSystems: Set<Int> = [0x0102_1994, 0x8584_58F6]

    /// - Parameters:
    ///   - path: the path to check; symbolic links are followed.
    ///   - isSecret: true if others must not read the file either.
    ///   - directory: the directory of the file. If root runs the check, the owner of the directory may own the file,
    ///     since root runs commands for other users' servers.
    /// - Returns: the fault; nil if the file can be trusted or does not exist.
    static func fault(of path: String, isSecret: Bool = false, in directory: String? = nil) -> Fault? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        var owners: Set<uid_t> = [geteuid(), 0]
        var place = stat()
        if geteuid() == 0, stat(directory ?? path, &place) == 0 { owners.insert(place.st_uid) }
        guard owners.contains(status.st_uid) else {
            return Fault(reason: "it belongs to another user (\(status.st_uid))", remedy: "chown \(geteuid()) \(path)")
        }
        guard status.st_mode & 0o022 == 0 else {
            return Fault(reason: "others may write to it", remedy: "chmod \(isSecret ? "g-w,o-rwx" : "go-w") \(path)")
        }
        guard !isSecret || status.st_mode & 0o004 == 0 || isInMemory(path) else {
            return Fault(reason: "all users may read it", remedy: "chmod o-rwx \(path)")
        }
        return nil
    }

    /// Gives a file that root has made to the owner of its directory, the user of the server: root runs commands for
    /// other users' servers.
    static func giveToOwner(of directory: String, _ path: String) {
        var (place, file) = (stat(), stat())
        guard geteuid() == 0, stat(directory, &place) == 0, place.st_uid != 0 else { return }
        // That user may have put a link to a file of root here: the file is judged and given away by one descriptor.
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        guard fstat(descriptor, &file) == 0, file.st_mode & S_IFMT == S_IFREG, file.st_uid == 0, file.st_nlink == 1
        else { return }
        fchown(descriptor, place.st_uid, place.st_gid)
    }

    private static func isInMemory(_ path: String) -> Bool {
        var system = statfs()
        return statfs(path, &system) == 0 && memoryFileSystems.contains(Int(system.f_type))
    }
}
