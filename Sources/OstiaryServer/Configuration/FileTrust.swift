// SPDX-License-Identifier: Apache-2.0

import CGlibc
import Glibc

/// Whether a file can be what its owner meant it to be: whoever else can write the signing key signs tokens.
enum FileTrust {
    /// What is wrong with a file or a directory, and the way back.
    struct Fault: Sendable, Equatable {
        let reason: String
        let remedy: String
    }

    /// In memory, as container engines mount secrets, with mode 0444 and nobody else beside.
    private static let memoryFileSystems: Set<Int> = [0x0102_1994, 0x8584_58F6]

    /// - Parameters:
    ///   - path: symbolic links are followed, as whoever opens it does.
    ///   - isSecret: whether others must not read it either.
    ///   - directory: where it belongs; its owner is trusted by root, who helps other users' servers.
    /// - Returns: nil where it can be trusted, and where there is none.
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
            return Fault(reason: "others may write to it", remedy: "chmod go-w \(path)")
        }
        guard !isSecret || status.st_mode & 0o004 == 0 || isInMemory(path) else {
            return Fault(reason: "everybody may read it", remedy: "chmod o-rwx \(path)")
        }
        return nil
    }

    private static func isInMemory(_ path: String) -> Bool {
        var system = statfs()
        return statfs(path, &system) == 0 && memoryFileSystems.contains(Int(system.f_type))
    }
}
