// SPDX-License-Identifier: Apache-2.0

import CGlibc
import Glibc

/// The faults of a SQLite file that a Django service made, for the user of this process.
struct AdoptionFiles {
    let path: String
    /// The type of the file system, as statfs(2) tells it; nil if it is not known.
    let fileSystem: (String) -> Int?

    init(path: String, fileSystem: @escaping (String) -> Int? = Self.type(of:)) {
        self.path = path
        self.fileSystem = fileSystem
    }

    /// Nothing is told of a file that does not exist.
    var findings: [AdoptionFinding] {
        access(path, F_OK) == 0 ? [unwritable, remote].compactMap(\.self) + foreignLogs : []
    }

    private var user: String { "user \(geteuid())" }

    private var unwritable: AdoptionFinding? {
        let directory = path.containingDirectory
        var places = ["", "-wal", "-shm"].map { path + $0 }.filter {
            access($0, F_OK) == 0 && access($0, R_OK | W_OK) != 0
        }
        if access(directory, W_OK | X_OK) != 0 { places.append(directory) }
        guard let place = places.first else { return nil }
        return AdoptionFinding(
            .error, .unwritableFile, "\(place) cannot be written by this user (\(user)).",
            advice: """
                Run the server, and this check, as the user that Django runs as: SQLite writes the file, -wal and -shm \
                beside it, and both programs need them.
                """)
    }

    /// The first writer makes both files, with the rights of the database but as its own user.
    private var foreignLogs: [AdoptionFinding] {
        guard let owner = Self.owner(of: path) else { return [] }
        return ["-wal", "-shm"].compactMap { suffix in
            guard let other = Self.owner(of: path + suffix), other != owner else { return nil }
            return AdoptionFinding(
                .error, .foreignLog,
                "\(path)\(suffix) belongs to user \(other), the database to user \(owner): one of them cannot write.",
                advice: """
                    Let both programs run as one user. Stop both, let that user open the database once, and the files \
                    are gone: sqlite3 \(path) 'PRAGMA wal_checkpoint(TRUNCATE)'
                    """)
        }
    }

    private var remote: AdoptionFinding? {
        guard let type = fileSystem(path), let name = Self.remoteTypes[type] else { return nil }
        return AdoptionFinding(
            .error, .remoteDisk,
            "\(path) is on \(name): SQLite's locks and its shared memory do not work there between programs.",
            advice: "Move the database to a local disk of the machine that both programs run on, or to PostgreSQL.")
    }

    /// The file systems of networks, by their numbers in statfs(2).
    private static let remoteTypes = [
        0x6969: "NFS", 0x517B: "SMB", 0xFF53_4D42: "SMB", 0xFE53_4D42: "SMB", 0x0102_1997: "9p", 0x00C3_6400: "Ceph",
        0x5346_414F: "AFS", 0x0BD0_0BD0: "Lustre", 0x7461_636F: "OCFS2", 0x0116_1970: "GFS2", 0x786F_4256: "vboxsf",
        0x6573_5546: "FUSE",
    ]

    private static func type(of path: String) -> Int? {
        var system = statfs()
        return statfs(path, &system) == 0 ? Int(system.f_type) : nil
    }

    private static func owner(of path: String) -> uid_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_uid : nil
    }
}
