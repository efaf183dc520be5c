// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryTestSupport
import Synchronization

/// nginx with the file of the guide, before Django and Ostiary. Paths are moved as an operator moves them: the file of
/// routes is written anew and nginx told to read it.
final class Front: Sendable {
    /// A path that has a place of its own.
    enum Path: String, CaseIterable, Sendable { case me, register, login, refresh, logout }

    let port: UInt16
    let directory: TemporaryDirectory
    private let process: ChildProcess
    private let generation = Atomic<Int>(0)

    /// - Parameters:
    ///   - django: the port of gunicorn.
    ///   - ostiary: the ports of the servers.
    init(django: UInt16, ostiary: [UInt16]) throws {
        let (port, directory) = (try FreePorts.next(), try TemporaryDirectory())
        (self.port, self.directory) = (port, directory)
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map { "\($0)_temp_path \(directory.file($0));" }
        let servers = ostiary.map { "server 127.0.0.1:\($0) max_fails=0;" }.joined(separator: " ")
        let site = try Page("docs/operating/proxies/nginx-beside-django.conf").text
            .changed("server unix:/run/gunicorn.sock;", to: "server 127.0.0.1:\(django);")
            .changed("server 127.0.0.1:8000;", to: servers)
            .changed("listen 443 ssl;", to: "listen 127.0.0.1:\(port); add_header X-Routes $routes always;")
            .changed("ssl_certificate /etc/ssl/id.example.com.pem;", to: "keepalive_timeout 0;")
            .changed(
                "ssl_certificate_key /etc/ssl/id.example.com.key;", to: "include \(directory.file("routes.conf"));"
            )
            .changed("/etc/nginx/moved-to-ostiary.conf", to: directory.file("moved.conf"))
        try Self.write(
            """
            daemon off; user root; worker_processes 1; pid \(directory.file("nginx.pid")); error_log stderr;
            events { worker_connections 4096; }
            http {
            log_format short '$msec $request_method $uri $status $upstream_addr $upstream_status';
            access_log \(directory.file("access.log")) short; \(temporary.joined(separator: " "))
            \(site)
            }
            """, to: directory.file("nginx.conf"))
        try Self.writeRoutes([], 0, in: directory)
        let log = directory.file("nginx.log")
        process = try ChildProcess(
            "/usr/sbin/nginx", ["-p", directory.path, "-c", directory.file("nginx.conf"), "-e", "stderr"],
            environment: [:], output: log, errors: log)
        try wait(0)
    }

    /// A client, of which each request has a connection of its own: a connection that is kept could be closed by the
    /// reload just when the next request is sent.
    var client: WireClient { WireClient(port: port, timeout: 60) }

    var accessLog: String { text(ofFile: directory.file("access.log")) }
    var log: String { text(ofFile: directory.file("nginx.log")) }

    /// Sends these paths to Ostiary and all others to Django, and returns when that is in force.
    func move(_ paths: Set<Path>) throws {
        let next = generation.add(1, ordering: .relaxed).newValue
        try Self.writeRoutes(paths, next, in: directory)
        process.send(signal: SIGHUP)
        try wait(next)
    }

    /// As the guide writes them.
    static func route(_ path: Path) -> String { "location ~ ^/api/\(path.rawValue)/?$ { proxy_pass http://ostiary; }" }

    private static func writeRoutes(_ paths: Set<Path>, _ number: Int, in directory: TemporaryDirectory) throws {
        try write("set $routes \(number);\n", to: directory.file("routes.conf"))
        try write(paths.map { "\(route($0))\n" }.sorted().joined(), to: directory.file("moved.conf"))
    }

    /// Until nobody answers by older routes.
    private func wait(_ number: Int) throws {
        let isThere: Bool? = waitUntil(30) {
            let answer = try? WireClient(port: port).exchange(WireRequest("GET", "/nothing/"))
            return answer?["X-Routes"] == "\(number)" ? true : nil
        }
        guard isThere == true else { throw Failure("nginx does not take its routes: \(log.suffix(2000))") }
    }

    private static func write(_ text: String, to file: String) throws {
        guard FileManager.default.createFile(atPath: file, contents: Data(text.utf8)) else {
            throw Failure("cannot write \(file)")
        }
    }

    deinit {
        process.send(signal: SIGTERM)
        _ = process.exit(within: 20)
    }
}

extension String {
    /// A copy in which the only occurrence of a text is another one.
    fileprivate func changed(_ old: String, to new: String) throws -> String {
        guard ranges(of: old).count == 1 else { throw Failure("not exactly one “\(old)”") }
        return replacing(old, with: new)
    }
}
