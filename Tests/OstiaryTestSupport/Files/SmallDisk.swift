// SPDX-License-Identifier: Apache-2.0

/// A file system of a few megabytes in memory, which only root can make.
package final class SmallDisk: Sendable {
    private let directory: TemporaryDirectory
    package var path: String { directory.path }

    /// - Returns: nil if this user may mount nothing.
    package init?(megabytes: Int) throws {
        directory = try TemporaryDirectory()
        guard let mount = Executable.named("mount") else { return nil }
        let mounted = try CommandResult(
            mount, ["-t", "tmpfs", "-o", "size=\(megabytes)m", "ostiary-test", directory.path])
        guard mounted.exit == .code(0) else { return nil }
        try PostgresServer.giveAway(directory.path)
    }

    deinit {
        if let unmount = Executable.named("umount") { _ = try? CommandResult(unmount, ["-l", directory.path]) }
    }
}
