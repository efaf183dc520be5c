// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryTestSupport

/// Apache with three places, each behind one way to check tokens.
final class Apache {
    /// One of the places.
    struct Place: TokenProgram {
        let name: String
        fileprivate let port: UInt16
        fileprivate let path: String

        func accepts(_ token: String) throws -> Bool {
            let answer = try WireClient(port: port).exchange(
                WireRequest("GET", path, [("Authorization", "Bearer \(token)")]))
            guard [200, 401].contains(answer.status) else { throw Failure("\(name): \(answer)") }
            return answer.status == 200
        }
    }

    let places: [Place]
    private let child: ChildProcess
    private let log: String

    private static let libraries = [
        "libapr1", "libaprutil1", "libcjose0", "libhiredis0.14", "liboauth2-0", "liboauth2-apache0", "liblua5.3-0",
        "libmemcached11", "libhashkit2",
    ]

    init(_ site: ProgramSite) throws {
        let (port, folder) = (try FreePorts.next(), site.directory.file("apache"))
        log = "\(folder)/error.log"
        let modules = try UnpackedPackages.path("apache2-bin", "usr/lib/apache2/modules")
        let openid = "usr/lib/apache2/modules/mod_auth_openidc.so"
        var configuration = """
            ServerRoot \(folder)
            ServerName localhost
            PidFile pid
            DefaultRuntimeDir \(folder)
            Listen 127.0.0.1:\(port)
            ErrorLog error.log
            LogLevel warn auth_openidc:info
            LoadModule mpm_event_module \(modules)/mod_mpm_event.so
            LoadModule authn_core_module \(modules)/mod_authn_core.so
            LoadModule authz_core_module \(modules)/mod_authz_core.so
            LoadModule authz_user_module \(modules)/mod_authz_user.so
            LoadModule auth_openidc_module \(try UnpackedPackages.path("libapache2-mod-auth-openidc", openid))
            LoadModule oauth2_module \(
                try UnpackedPackages.path("libapache2-mod-oauth2", "usr/lib/apache2/modules/mod_oauth2.so"))
            DocumentRoot \(folder)
            OIDCCABundlePath \(site.authority.file)

            """
        for (number, heading) in Self.blocks {
            var file = try ProgramFile("apache", number, under: heading)
            try file.replace("<Location \"/\">", by: "<Location \"/\(Self.path(number, heading))/\">")
            try file.replace("https://id.example.com/", by: "\(site.address)/")
            if heading == Self.oauth2 {
                // The module takes the authorities of the machine only.
                try file.replace("ssl_verify=true", by: "ssl_verify=false")
            }
            if number == 1 {
                try file.replace("CLIENT", by: site.client.id)
                try file.replace("SECRET", by: site.client.secret)
            }
            configuration += file.text
            try FileManager.default.createDirectory(
                atPath: "\(folder)/\(Self.path(number, heading))", withIntermediateDirectories: true)
            try Data("in".utf8).write(to: URL(filePath: "\(folder)/\(Self.path(number, heading))/file"))
        }
        try Data(configuration.utf8).write(to: URL(filePath: "\(folder)/apache.conf"))
        child = try ChildProcess(
            UnpackedPackages.path("apache2-bin", "usr/sbin/apache2"), ["-f", "\(folder)/apache.conf", "-X"],
            environment: ["LD_LIBRARY_PATH": UnpackedPackages.libraries(Self.libraries)], output: "\(folder)/output",
            errors: "\(folder)/output")
        // It listens before its modules have begun.
        let version: Substring?? = waitUntil(20) { [child, log] in
            if child.exit() != nil { return .some(nil) }
            return text(ofFile: log).firstMatch(of: #/mod_auth_openidc-(\d+\.\d+\.\d+)/#)?.output.1
        }
        guard let version, let version else {
            throw Failure("Apache: \(text(ofFile: "\(folder)/output")) \(text(ofFile: log).suffix(2_000))")
        }
        let names = [
            "Apache with mod_auth_openidc \(version)", "Apache with mod_oauth2 3.3",
            "Apache with mod_oauth2 3.3, introspection",
        ]
        places = zip(names, Self.blocks).map { name, block in
            Place(name: name, port: port, path: "/\(Self.path(block.number, block.heading))/file")
        }
    }

    /// One process has no children that could outlive it.
    func stop() -> Bool {
        child.send(signal: SIGTERM)
        return child.exit(within: 20) == .code(0)
    }

    private static let oauth2 = "Apache with mod_oauth2"
    private static let blocks: [(number: Int, heading: String)] = [
        (0, "Apache with mod_auth_openidc"), (0, oauth2), (1, oauth2),
    ]

    private static func path(_ number: Int, _ heading: String) -> String {
        heading == oauth2 ? "oauth2-\(number)" : "openidc"
    }
}
