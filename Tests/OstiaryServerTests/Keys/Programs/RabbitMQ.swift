// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryTestSupport

/// RabbitMQ, whose management takes a token as the password. It takes half a minute to start.
final class RabbitMQ: TokenProgram {
    let name: String
    private let port: UInt16
    private let child: ChildProcess
    private let mapper: ChildProcess

    private static let packages = [
        "erlang-base", "erlang-asn1", "erlang-crypto", "erlang-eldap", "erlang-inets", "erlang-mnesia", "erlang-os-mon",
        "erlang-parsetools", "erlang-public-key", "erlang-runtime-tools", "erlang-snmp", "erlang-ssl",
        "erlang-syntax-tools", "erlang-tools", "erlang-xmerl",
    ]

    init(_ site: ProgramSite) throws {
        let folder = site.directory.file("rabbitmq")
        let unpack = "\(Page.root)/Scripts/unpack-package"
        for package in Self.packages + ["rabbitmq-server", "libsctp1"] {
            let result = try CommandResult(
                unpack, [package], environment: Executable.inheritedEnvironment, within: 120)
            guard result.exit == .code(0) else { throw Failure("\(package): \(result.stderr.suffix(500))") }
        }
        let erlang = "\(folder)/erlang"
        for name in ["erlang", "home"] {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        }
        for package in Self.packages {
            let source = try UnpackedPackages.path(package, "usr/lib/erlang")
            let copy = try CommandResult("/usr/bin/cp", ["-r", "--symbolic-link", "\(source)/.", erlang])
            guard copy.exit == .code(0) else { throw Failure("\(copy)") }
        }
        // Its script has the folder compiled in.
        let script = text(ofFile: try UnpackedPackages.path("erlang-base", "usr/lib/erlang/bin/erl"))
            .replacing("/usr/lib/erlang", with: erlang)
        for place in try ["bin"]
            + FileManager.default.contentsOfDirectory(atPath: erlang).filter({ $0.hasPrefix("erts-") })
            .map({ "\($0)/bin" })
        {
            let file = "\(erlang)/\(place)/erl"
            try FileManager.default.removeItem(atPath: file)
            try writeFile(script, to: file)
            guard chmod(file, 0o755) == 0 else { throw Failure("chmod") }
        }
        let libraries = try UnpackedPackages.libraries(["libsctp1"])
        let home = "usr/lib/rabbitmq/lib"
        let versions = try FileManager.default.contentsOfDirectory(
            atPath: UnpackedPackages.path("rabbitmq-server", home))
        guard let release = versions.first,
            let version = release.firstMatch(of: #/-(\d+\.\d+)/#)?.output.1
        else { throw Failure("no RabbitMQ") }
        name = "RabbitMQ \(version)"
        port = try FreePorts.next()
        let (mapperPort, nodePort) = try (FreePorts.next(), FreePorts.next())
        var file = try ProgramFile("rabbitmq", under: "RabbitMQ")
        try file.replace("https://id.example.com/", by: "\(site.address)/")
        try file.replace("/etc/ssl/certs/ca-certificates.crt", by: site.authority.file)
        try writeFile(
            file.text + """
                listeners.tcp.default = 127.0.0.1:\(FreePorts.next())
                management.tcp.ip = 127.0.0.1
                management.tcp.port = \(port)

                """, to: "\(folder)/rabbitmq.conf")
        try writeFile("[rabbitmq_auth_backend_oauth2,rabbitmq_management].\n", to: "\(folder)/plugins")
        let root = try UnpackedPackages.path("rabbitmq-server", "\(home)/\(release)")
        let own = [
            "ERL_ROOTDIR": erlang, "PATH": "\(erlang)/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "\(folder)/home",
            "LD_LIBRARY_PATH": libraries, "ERL_EPMD_PORT": "\(mapperPort)", "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": "test\(nodePort)@localhost", "RABBITMQ_DIST_PORT": "\(nodePort)",
            "RABBITMQ_MNESIA_BASE": "\(folder)/mnesia", "RABBITMQ_LOG_BASE": folder, "RABBITMQ_LOGS": "\(folder)/log",
            "RABBITMQ_CONFIG_FILE": "\(folder)/rabbitmq", "RABBITMQ_ENABLED_PLUGINS_FILE": "\(folder)/plugins",
            "RABBITMQ_CONF_ENV_FILE": "/dev/null", "RABBITMQ_HOME": root,
        ]
        let output = "\(folder)/output"
        // Started here, so that it ends with the test.
        let epmd = try FileManager.default.contentsOfDirectory(atPath: erlang).filter { $0.hasPrefix("erts-") }[0]
        mapper = try ChildProcess(
            "\(erlang)/\(epmd)/bin/epmd", ["-port", "\(mapperPort)", "-address", "127.0.0.1"], environment: own,
            output: output, errors: output)
        child = try ChildProcess("\(root)/sbin/rabbitmq-server", [], environment: own, output: output, errors: output)
        let isReady: Bool? = waitUntil(240, every: 200_000) { [child] in
            if child.exit() != nil { return false }
            return text(ofFile: "\(folder)/log").contains("Server startup complete") ? true : nil
        }
        guard isReady == true else { throw Failure("RabbitMQ: \(text(ofFile: output).suffix(2_000))") }
    }

    func accepts(_ token: String) throws -> Bool {
        let credentials = Data("somebody:\(token)".utf8).base64EncodedString()
        let answer = try WireClient(port: port).exchange(
            WireRequest("GET", "/api/whoami", [("Authorization", "Basic \(credentials)")]))
        guard [200, 401].contains(answer.status) else { throw Failure("RabbitMQ: \(answer)") }
        return answer.status == 200
    }

    func stop() -> Bool {
        child.send(signal: SIGTERM)
        let exit = child.exit(within: 60)
        mapper.killNow()
        return exit == .code(0)
    }

    // Its children would outlive it, were it killed.
    deinit { _ = stop() }
}
