// SPDX-License-Identifier: Apache-2.0

import Glibc
import Logging

/// The file `setup-link` in the data directory, with the link that creates the first superuser. A server whose output is
/// no terminal writes it there, since logs are read by many.
package struct SetupLinkFile {
    private let path: String
    private let directory: String
    private let logger: Logger

    package init(in configuration: ServerConfiguration) {
        directory = configuration.dataDirectory
        path = directory + "/setup-link"
        logger = Logger.ostiary(configuration)
    }

    /// Replaces the file, with mode 0600.
    /// - Parameter link: nil to remove the file.
    package func keep(_ link: String?) {
        guard let link else { return remove() }
        let draft = "\(path).\(getpid())"
        unlink(draft)
        defer { unlink(draft) }
        do {
            try DataDirectory.prepare(directory)
            guard SecretFile.save(link + "\n", to: draft), rename(draft, path) == 0 else {
                throw StartError.directory(directory, reason: String(cString: strerror(errno)))
            }
            logger.notice(
                "there is no superuser: a link that creates one is in a file, valid for 30 minutes",
                metadata: ["file": "\(path)"])
        } catch {
            logger.warning(
                "there is no superuser, and the link that creates one cannot be kept; use ostiary createsuperuser",
                metadata: ["error": "\(error)"])
        }
    }

    /// Removes the file of an earlier start.
    package func remove() { unlink(path) }
}
