// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryCore
import OstiaryServer

/// The folder of a server for one run of tests, which ends with the process that has started it.
struct Ephemeral {
    private let folder: String
    private let parent = getppid()

    /// The values that such a server has unless flags or variables say otherwise.
    private static let usual: [ConfigurationKey: String] = [
        .host: "127.0.0.1", .port: "0", .throttling: "off", .logLevel: "warning",
    ]

    /// Makes the folder, below `$TMPDIR` or `/tmp`.
    /// - Throws: ``ConfigurationError``.
    init() throws {
        let place = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        // mkdtemp(3) puts other characters in the place of each X.
        var template = Array("\(place)/ostiary-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw ConfigurationError([
                "no folder can be made in \(place.printable): \(String(cString: strerror(errno)))"
            ])
        }
        folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The values of all flags.
    /// - Parameter given: the values on the command line.
    func values(_ given: [ConfigurationKey: String]) -> [ConfigurationKey: String] {
        let environment = ProcessInfo.processInfo.environment
        var values = Self.usual.filter { environment[$0.key.variable] == nil }
        values.merge(given) { _, given in given }
        values[.dataDir] = folder
        values[.databaseURL] = "sqlite:\(folder)/ostiary.sqlite3"
        return values
    }

    /// Ends this process in order once the one that has started it is gone.
    func followParent() {
        let parent = parent
        Task.detached {
            while getppid() == parent { try await Task.sleep(for: .milliseconds(100)) }
            kill(getpid(), SIGTERM)
        }
    }

    /// One line for the program that has started the server.
    func line(_ started: Server.Started) -> String {
        var json = JSONWriter()
        let scheme = started.isSecure ? "https" : "http"
        json.write([
            "url": JSONValue("\(scheme)://\(started.address)"), "address": JSONValue("\(started.address)"),
            "data-dir": JSONValue(folder), "pid": .number(JSONNumber(Int64(getpid()))),
        ])
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// Deletes the folder with everything in it.
    func remove() { try? FileManager.default.removeItem(atPath: folder) }
}
