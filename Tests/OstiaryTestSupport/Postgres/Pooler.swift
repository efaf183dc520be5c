// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// A PgBouncer that gives each transaction another session.
package final class Pooler: Sendable {
    package let url: String
    private let directory: TemporaryDirectory
    private let child: ChildProcess

    package init(_ server: PostgresServer, _ database: String) throws {
        let program = "/usr/sbin/pgbouncer"
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw Failure("PgBouncer is not installed: apt-get install pgbouncer")
        }
        directory = try TemporaryDirectory()
        try PostgresServer.giveAway(directory.path)
        let port = try FreePorts.next()
        let configuration = """
            [databases]
            \(database) = host=127.0.0.1 port=\(server.port) user=ostiary
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = \(port)
            auth_type = any
            pool_mode = transaction
            default_pool_size = 6
            unix_socket_dir =
            """
        let (file, log) = (directory.file("pgbouncer.ini"), directory.file("pgbouncer.log"))
        guard FileManager.default.createFile(atPath: file, contents: Data(configuration.utf8)) else {
            throw Failure("cannot write \(file)")
        }
        try PostgresServer.giveAway(file)
        url = server.tcpURL(database, port: port)
        let command = PostgresServer.runner + [program, file]
        child = try ChildProcess(command[0], Array(command.dropFirst()), environment: [:], output: log, errors: log)
        let (started, path) = (child, log)
        let isReady: Bool? = waitUntil(10) {
            guard started.exit() == nil else { return false }
            return text(ofFile: path).contains("listening on 127.0.0.1") ? true : nil
        }
        guard isReady == true else { throw Failure("pgbouncer: \(text(ofFile: log))") }
    }
}
