// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that only its owner reads, and that is replaced as a whole.
struct DurableFile {
    let path: String

    init(_ path: String) { self.path = path }

    /// - Returns: nil if there is no file.
    func read(atMost limit: Int) throws -> (FileState, [UInt8])? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw ClientError.system("cannot open", path)
        }
        defer { close(descriptor) }
        let state = try FileState(descriptor: descriptor, path: path)
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 4_096)
        while true {
            #if canImport(Darwin)
                let count = Darwin.read(descriptor, &part, part.count)
            #elseif canImport(Musl)
                let count = Musl.read(descriptor, &part, part.count)
            #else
                let count = Glibc.read(descriptor, &part, part.count)
            #endif
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw ClientError.system("cannot read", path) }
            if count == 0 { return (state, bytes) }
            bytes += part[..<count]
            guard bytes.count <= limit else { throw ClientError.storage("\(path) is no session: it is too large") }
        }
    }

    /// Puts a new file in its place, durably.
    func replace(by bytes: [UInt8]) throws {
        let draft = path + ".new"
        let descriptor = open(draft, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw ClientError.system("cannot make", draft) }
        defer { close(descriptor) }
        // A draft that was left by somebody else may have another mode.
        guard fchmod(descriptor, 0o600) == 0 else { throw ClientError.system("cannot protect", draft) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw ClientError.system("cannot write", draft) }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0 else { throw ClientError.system("cannot synchronize", draft) }
        guard rename(draft, path) == 0 else { throw ClientError.system("cannot replace", path) }
        try synchronizeFolder()
    }

    /// Removes the file, durably.
    func remove() throws {
        guard unlink(path) == 0 || errno == ENOENT else { throw ClientError.system("cannot remove", path) }
        try synchronizeFolder()
    }

    private func synchronizeFolder() throws {
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ClientError.system("cannot open", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw ClientError.system("cannot synchronize", folder) }
    }
}

/// The facts that tell one version of a file from another.
struct FileState: Equatable {
    private let device: UInt64
    private let number: UInt64
    private let size: Int64
    private let modified: Int64
    private let changed: Int64

    /// - Returns: nil if there is no file.
    init?(path: String) throws {
        var facts = stat()
        guard stat(path, &facts) == 0 else {
            if errno == ENOENT { return nil }
            throw ClientError.system("cannot look at", path)
        }
        self.init(facts)
    }

    init(descriptor: Int32, path: String) throws {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw ClientError.system("cannot look at", path) }
        self.init(facts)
    }

    private init(_ facts: stat) {
        #if canImport(Darwin)
            let (modified, changed) = (facts.st_mtimespec, facts.st_ctimespec)
        #else
            let (modified, changed) = (facts.st_mtim, facts.st_ctim)
        #endif
        device = UInt64(truncatingIfNeeded: facts.st_dev)
        number = UInt64(truncatingIfNeeded: facts.st_ino)
        size = Int64(truncatingIfNeeded: facts.st_size)
        self.modified = Self.nanoseconds(modified)
        self.changed = Self.nanoseconds(changed)
    }

    /// Whatever overflows still differs from what it was.
    private static func nanoseconds(_ time: timespec) -> Int64 {
        Int64(truncatingIfNeeded: time.tv_sec) &* 1_000_000_000 &+ Int64(truncatingIfNeeded: time.tv_nsec)
    }
}
