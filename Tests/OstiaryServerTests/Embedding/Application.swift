// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport

/// A process of an example in which Ostiary is embedded.
struct Application {
    let client: WireClient
    private let folder: TemporaryDirectory
    private let process: ChildProcess
    private let database: String

    /// - Parameter product: the name of the program.
    init(_ product: String) throws {
        folder = try TemporaryDirectory()
        let port = try FreePorts.next()
        database = folder.file("data/\(product == "Notes" ? "notes" : "app").db")
        process = try ChildProcess(
            OstiaryBinary.path(ofExample: product), [folder.file("data"), "\(port)"], environment: [:],
            output: folder.file("out"), errors: folder.file("err"))
        client = WireClient(port: port)
        let isReady = waitUntil(60, every: 10_000) { [client] in
            (try? client.exchange(WireRequest("GET", "/healthz"))) != nil ? true : nil
        }
        guard isReady == true else { throw Failure("\(product) does not answer: \(text(ofFile: folder.file("err")))") }
    }

    func end() { process.killNow() }

    func ask(_ method: String, _ path: String, _ access: String?, json: String? = nil) throws -> WireAnswer {
        var request = WireRequest(method, path, access.map { [("Authorization", "Bearer \($0)")] } ?? [])
        if let json { request = WireRequest(method, path, request.headers, json: json) }
        return try client.exchange(request)
    }

    /// The number of rows of a table.
    func count(_ table: String) throws -> Int? {
        let program = "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchone()[0])"
        let rows = try CommandResult(
            "/usr/bin/python3", ["-c", program, database, "SELECT count(*) FROM \(table)"], environment: [:])
        return Int(rows.stdout.dropLast())
    }
}
