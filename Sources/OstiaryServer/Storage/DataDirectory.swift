// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The directory with the database and the generated secrets.
enum DataDirectory {
    /// Creates the directory if it is missing, accessible to its owner only, since it holds the signing key.
    /// - Throws: ``StartError``.
    static func prepare(_ directory: String) throws(StartError) {
        if mkdir(directory, 0o700) != 0, errno != EEXIST {
            throw .directory(directory, reason: String(cString: strerror(errno)))
        }
        try check(directory)
    }

    /// Checks a directory, or that one can be made.
    /// - Throws: ``StartError``.
    static func check(_ directory: String) throws(StartError) {
        var status = stat()
        guard stat(directory, &status) == 0 else {
            guard errno == ENOENT, access(directory.containingDirectory, W_OK | X_OK) == 0 else {
                throw .directory(directory, reason: String(cString: strerror(errno)))
            }
            return
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw .directory(directory, reason: "it is not a directory")
        }
        guard access(directory, W_OK | X_OK) == 0 else {
            throw .directory(directory, reason: String(cString: strerror(errno)))
        }
        if let fault = FileTrust.fault(of: directory) { throw .untrusted(directory, fault) }
    }
}
