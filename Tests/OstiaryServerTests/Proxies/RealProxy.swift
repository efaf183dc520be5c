// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport

/// A proxy with its file from the documentation, changed only where the page tells operators to change it.
enum RealProxy: String, CaseIterable, Sendable {
    case nginx, haproxy, caddy

    private static let root = #filePath.split(separator: "/").dropLast(4).reduce("") { "\($0)/\($1)" }

    /// The place of the server behind the proxy.
    struct Backend: Sendable {
        /// A port, or the path of a unix socket.
        let address: String
        let isSocket: Bool
        /// The path under which the proxy serves; empty for none.
        let path: String
    }

    /// Starts the proxy.
    /// - Parameters:
    ///   - port: the port to listen on.
    ///   - folder: the folder of its files.
    func start(
        _ port: UInt16, before backend: Backend, certificate: CertificateAuthority.Certificate,
        in folder: TemporaryDirectory
    ) throws -> ChildProcess {
        let file = folder.file("\(rawValue).conf")
        let site = try documented(backend)
        switch self {
        case .nginx:
            let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
                .map { "\($0)_temp_path \(folder.file($0));" }
            try write(
                """
                daemon off; master_process off; pid \(folder.file("nginx.pid")); error_log stderr;
                events {}
                http {
                access_log off; \(temporary.joined(separator: " "))
                \(try site.replaced("listen 443 ssl", by: "listen 127.0.0.1:\(port) ssl")
                    .replaced("/etc/ssl/id.example.com.pem", by: certificate.file)
                    .replaced("/etc/ssl/id.example.com.key", by: certificate.key))
                }
                """, to: file)
            return try run("/usr/sbin/nginx", ["-p", folder.path, "-c", file, "-e", "stderr"], in: folder)
        case .haproxy:
            let pair = folder.file("pair.pem")
            try write(text(ofFile: certificate.file) + text(ofFile: certificate.key), to: pair)
            try write(
                try site.replaced("bind :443 ssl", by: "bind 127.0.0.1:\(port) ssl")
                    .replaced("/etc/haproxy/id.example.com.pem", by: pair), to: file)
            return try run("\(packages)/haproxy/usr/sbin/haproxy", ["-db", "-f", file], in: folder)
        case .caddy:
            let own = "https://id.example.com:\(port) {\n\ttls \(certificate.file) \(certificate.key)"
            let options = "{\n\tadmin off\n\tauto_https disable_redirects\n}\n"
            try write(options + (try site.replaced("id.example.com {", by: own)), to: file)
            return try run(
                "\(packages)/caddy/usr/bin/caddy", ["run", "--adapter", "caddyfile", "--config", file], in: folder)
        }
    }

    /// The output of a proxy that was started in the folder.
    func output(in folder: TemporaryDirectory) -> String { text(ofFile: folder.file("\(rawValue).log")) }

    private var packages: String { "\(Self.root)/.build/packages" }

    private var fileName: String {
        switch self {
        case .nginx: "nginx.conf"
        case .haproxy: "haproxy.cfg"
        case .caddy: "Caddyfile"
        }
    }

    /// The documented file with the changes that its page names.
    private func documented(_ backend: Backend) throws -> String {
        let page = text(ofFile: "\(Self.root)/docs/operating/behind-a-proxy.md")
        var site = text(ofFile: "\(Self.root)/docs/operating/proxies/\(fileName)")
        func change(_ old: String, _ new: String, _ place: (String) -> String) throws {
            guard page.contains("`\(old)`"), page.contains("`\(new)`") else {
                throw Failure("the page does not tell to change \(old) to \(new)")
            }
            site = try site.replaced(old, by: place(new))
        }
        switch (self, backend.isSocket) {
        case (_, false): site = site.replacing("127.0.0.1:8000", with: "127.0.0.1:\(backend.address)")
        case (.nginx, true):
            try change("server 127.0.0.1:8000;", "server unix:/run/ostiary/ostiary.sock;", { placed($0, backend) })
        case (.haproxy, true):
            try change(
                "server one 127.0.0.1:8000", "server one unix@/run/ostiary/ostiary.sock", { placed($0, backend) })
        case (.caddy, true):
            try change(
                "reverse_proxy 127.0.0.1:8000", "reverse_proxy unix//run/ostiary/ostiary.sock", { placed($0, backend) })
        }
        guard !backend.path.isEmpty else { return site }
        switch self {
        case .nginx: try change("location / {", "location /id/ {", { $0 })
        case .haproxy: try change("default_backend ostiary", "use_backend ostiary if { path_beg /id/ }", { $0 })
        case .caddy: try change("reverse_proxy ", "reverse_proxy /id/* ", { $0 })
        }
        return site
    }

    private func placed(_ text: String, _ backend: Backend) -> String {
        text.replacing("/run/ostiary/ostiary.sock", with: backend.address)
    }

    private func run(_ program: String, _ arguments: [String], in folder: TemporaryDirectory) throws -> ChildProcess {
        let libraries = ["liblua5.3-0", "libopentracing-c-wrapper0", "libopentracing1"].flatMap { package in
            ["x86_64", "aarch64"].map { "\(packages)/\(package)/usr/lib/\($0)-linux-gnu" }
        }
        let environment = ["LD_LIBRARY_PATH": libraries.joined(separator: ":"), "HOME": folder.path]
        let log = folder.file("\(rawValue).log")
        return try ChildProcess(program, arguments, environment: environment, output: log, errors: log)
    }

    private func write(_ text: String, to file: String) throws {
        guard FileManager.default.createFile(atPath: file, contents: Data(text.utf8)) else {
            throw Failure("cannot write \(file)")
        }
    }
}

extension String {
    /// A copy in which the only occurrence of a text is another one.
    fileprivate func replaced(_ old: String, by new: String) throws -> String {
        guard ranges(of: old).count == 1 else { throw Failure("not exactly one “\(old)”") }
        return replacing(old, with: new)
    }
}
