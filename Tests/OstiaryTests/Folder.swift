// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A folder of one test.
struct Folder {
    private let url = FileManager.default.temporaryDirectory.appending(path: "ostiary-\(UUID())")

    init() throws {
        try FileManager.default.createDirectory(
            at: url, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }

    func file(_ name: String) -> String { url.appending(path: name).path }
    func contains(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }
    func remove(_ name: String) { try? FileManager.default.removeItem(atPath: file(name)) }
    func delete() { try? FileManager.default.removeItem(at: url) }
}
