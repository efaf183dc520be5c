// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport

/// A proxy with the file of its page in `docs/guides`, changed only in hosts, ports and places of files.
enum GateProxy: String, CaseIterable, Sendable {
    case nginx, caddy, haproxy

    private static let packages = "\(Page.root)/.build/packages"
    /// The host of the application in the files.
    private static let documentedHost = "app.example.com"

    /// The text of the configuration on the page.
    private var documented: String {
        get throws {
            let page = text(ofFile: "\(Page.root)/docs/guides/gate-\(rawValue).md")
            let language = self == .caddy ? "caddyfile" : rawValue
            guard let start = page.firstRange(of: "```\(language)\n")?.upperBound,
                let end = page[start...].firstRange(of: "```")?.lowerBound
            else { throw Failure("the page of \(self) has no configuration") }
            return String(page[start..<end])
        }
    }

    /// Starts the proxy.
    /// - Parameters:
    ///   - port: the port to listen on.
    ///   - places: the ports of the server and of the application.
    ///   - host: the host of the application.
    ///   - second: one more host with the block of the application's, which adds `X-Site: second`.
    ///   - certificates: of the host of the login and of the application.
    ///   - changing: changes the file, to see a test fail.
    func start(
        _ port: UInt16, places: (server: UInt16, application: UInt16), host: String, second: String? = nil,
        certificates: [String: CertificateAuthority.Certificate], in folder: TemporaryDirectory,
        changing: (String) -> String = { $0 }
    ) throws -> ChildProcess {
        func placed(_ text: String) -> String {
            text.replacing("127.0.0.1:8000", with: "127.0.0.1:\(places.server)")
                .replacing("127.0.0.1:9000", with: "127.0.0.1:\(places.application)")
        }
        var site = changing(placed(try documented))
        let file = folder.file("\(rawValue).conf")
        let hosts = [("id.example.com", "id.example.com"), (Self.documentedHost, host)]
        switch self {
        case .nginx:
            site = site.replacing("listen 443 ssl", with: "listen 127.0.0.1:\(port) ssl")
            for (old, new) in hosts {
                guard let certificate = certificates[new] else { throw Failure("no certificate for \(new)") }
                site = site.replacing("/etc/ssl/\(old).pem", with: certificate.file)
                    .replacing("/etc/ssl/\(old).key", with: certificate.key)
                    .replacing("server_name \(old);", with: "server_name \(new);")
            }
            if let second { site = adding(second, beside: host, to: site) }
            let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
                "\($0)_temp_path \(folder.file($0));"
            }
            try write(
                """
                daemon off; master_process off; pid \(folder.file("nginx.pid")); error_log stderr;
                events {}
                http {
                access_log off; \(temporary.joined(separator: " "))
                \(site)
                }
                """, to: file)
            return try run("/usr/sbin/nginx", ["-p", folder.path, "-c", file, "-e", "stderr"], in: folder)
        case .caddy:
            for (old, new) in hosts {
                guard let certificate = certificates[new] else { throw Failure("no certificate for \(new)") }
                site = site.replacing(
                    "\n\(old) {\n", with: "\nhttps://\(new):\(port) {\n\ttls \(certificate.file) \(certificate.key)\n")
            }
            if let second { site = adding(second, beside: host, to: site) }
            try write("{\n\tadmin off\n\tauto_https disable_redirects\n}\n" + site, to: file)
            return try run(
                "\(Self.packages)/caddy/usr/bin/caddy", ["run", "--adapter", "caddyfile", "--config", file], in: folder)
        case .haproxy:
            for (index, (_, new)) in hosts.enumerated() {
                guard let certificate = certificates[new] else { throw Failure("no certificate for \(new)") }
                try write(
                    text(ofFile: certificate.file) + text(ofFile: certificate.key), to: folder.file("pair\(index).pem"))
            }
            let lua = folder.file("ostiary-gate.lua")
            try write(placed(text(ofFile: "\(Page.root)/docs/operating/proxies/ostiary-gate.lua")), to: lua)
            site = site.replacing("bind :443 ssl", with: "bind 127.0.0.1:\(port) ssl")
                .replacing(
                    "crt /etc/haproxy/certificates/",
                    with: "crt \(folder.file("pair0.pem")) crt \(folder.file("pair1.pem"))"
                ).replacing("/etc/haproxy/ostiary-gate.lua", with: lua).replacing(Self.documentedHost, with: host)
            if let second { site = adding(second, beside: host, to: site) }
            try write(site, to: file)
            return try run("\(Self.packages)/haproxy/usr/sbin/haproxy", ["-db", "-f", file], in: folder)
        }
    }

    /// Copies what the file says of the host of the application.
    private func adding(_ second: String, beside host: String, to site: String) -> String {
        func part(from start: String, _ changes: [(String, String)]) -> String {
            let found = site.firstRange(of: start)?.lowerBound ?? site.endIndex
            return changes.reduce(String(site[found...])) { $0.replacing($1.0, with: $1.1) }
        }
        switch self {
        case .nginx:
            let pass = "proxy_pass http://application;"
            // The last of the two blocks.
            let listen = site.ranges(of: "server {\n    listen").last.map { String(site[$0.lowerBound...]) } ?? ""
            return site
                + listen.replacing("server_name \(host);", with: "server_name \(second);")
                .replacing(pass, with: "\(pass) proxy_set_header X-Site second;")
        case .caddy:
            return site
                + part(
                    from: "\nhttps://\(host):",
                    [
                        ("https://\(host):", "https://\(second):"),
                        ("import gate\n", "import gate\n\t\trequest_header X-Site second\n"),
                    ])
        case .haproxy:
            var lines: [String] = []
            for line in site.split(separator: "\n", omittingEmptySubsequences: false) {
                if line.contains("acl application ") || line.contains("use_backend gated if application ") {
                    lines.append(
                        String(line).replacing(" application ", with: " second ").replacing(host, with: second)
                            .replacing("use_backend gated", with: "use_backend second"))
                }
                lines.append(String(line))
            }
            let mark = "backend second\n    http-request set-header X-Site second\n"
            return lines.joined(separator: "\n") + part(from: "backend gated\n", [("backend gated\n", mark)])
        }
    }

    /// The output of a proxy that was started in the folder.
    func output(in folder: TemporaryDirectory) -> String { text(ofFile: folder.file("\(rawValue).log")) }

    private func run(_ program: String, _ arguments: [String], in folder: TemporaryDirectory) throws -> ChildProcess {
        let libraries = ["liblua5.3-0", "libopentracing-c-wrapper0", "libopentracing1"].flatMap { package in
            ["x86_64", "aarch64"].map { "\(Self.packages)/\(package)/usr/lib/\($0)-linux-gnu" }
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

/// An application behind a proxy that asks the gate, with all processes of its own.
final class GatedSite {
    let server: ServerProcess
    let port: UInt16
    private let folder: TemporaryDirectory
    private let authority: CertificateAuthority
    private let processes: [ChildProcess]

    /// - Parameters:
    ///   - host: the host of the application.
    ///   - second: one more gated host.
    ///   - arguments: further arguments of the server.
    ///   - changing: changes the documented file.
    init(
        _ kind: GateProxy, host: String = "app.example.com", second: String? = nil, _ arguments: [String] = [],
        environment: [String: String] = [:], changing: (String) -> String = { $0 }
    ) throws {
        folder = try TemporaryDirectory()
        authority = try CertificateAuthority(in: folder)
        var certificates: [String: CertificateAuthority.Certificate] = [:]
        for name in ["id.example.com", host] {
            certificates[name] = try authority.certificate(for: name, name: name)
        }
        server = try ServerProcess(
            ["--trusted-hops", "1", "--public-url", "https://id.example.com", "--gate-origin", "https://\(host)"]
                + (second.map { ["--gate-origin", "https://\($0)"] } ?? []) + arguments, environment: environment)
        let places = (server: server.port, application: try FreePorts.next())
        let python = try Executable.required("python3", package: "python3")
        let driver = "\(Page.root)/Tests/OstiaryServerTests/Gate/Drivers/application.py"
        let application = try ChildProcess(
            python, ["-B", driver, "\(places.application)"], environment: [:], output: folder.file("application.log"),
            errors: folder.file("application.err"))
        port = try FreePorts.next()
        let proxy = try kind.start(
            port, places: places, host: host, second: second, certificates: certificates, in: folder,
            changing: changing)
        processes = [application, proxy]
        let folder = folder
        let ready: Bool? = try waitUntil(20) {
            guard try ask("id.example.com", "/readyz")?.status == 200 else { return nil }
            return (try? WireClient(port: places.application).exchange(WireRequest("GET", "/")))?.status == 200
                ? true : nil
        }
        guard ready == true else { throw Failure("\(kind): \(kind.output(in: folder))") }
    }

    struct Answer {
        let status: Int
        let head: String
        let body: String

        /// The value of a header; nil if it is absent.
        subscript(name: String) -> String? {
            head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("\(name.lowercased()): ") }
                .map { String($0.dropFirst(name.count + 2)) }
        }
    }

    /// - Returns: nil when there is no answer.
    func ask(_ host: String, _ path: String, _ more: [String] = []) throws -> Answer? {
        let curl = try Executable.required("curl", package: "curl")
        let arguments = [
            "--silent", "--include", "--http1.1", "--cacert", authority.file, "--connect-to", "::127.0.0.1:\(port)",
            "--max-time", "20",
        ]
        let result = try CommandResult(curl, arguments + more + ["https://\(host)\(path)"])
        guard result.exit == .code(0), let end = result.stdout.firstRange(of: "\r\n\r\n") else { return nil }
        let head = String(result.stdout[..<end.lowerBound])
        guard let status = Int(head.dropFirst(9).prefix(3)) else { return nil }
        return Answer(status: status, head: head, body: String(result.stdout[end.upperBound...]))
    }

    deinit { for process in processes { process.killNow() } }
}
