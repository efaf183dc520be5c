// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryTestSupport

/// Dovecot, which lets a mail program in by a token that it has introspected.
final class Dovecot: TokenProgram {
    let name: String
    private let port: UInt16
    private let email: String
    private let folder: String
    private let child: ChildProcess

    init(_ site: ProgramSite) throws {
        (port, email, folder) = (try FreePorts.next(), site.email, site.directory.file("dovecot"))
        let own = try UnpackedPackages.path("dovecot-core", "usr/lib/dovecot")
        for name in ["programs", "modules", "mail"] {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        }
        guard chmod("\(folder)/mail", 0o777) == 0 else { throw Failure("chmod") }
        // Its programs look for each other in one folder.
        for programs in [own, try UnpackedPackages.path("dovecot-imapd", "usr/lib/dovecot")] {
            for name in try FileManager.default.contentsOfDirectory(atPath: programs)
            where !name.contains(".so") && name != "modules" {
                try FileManager.default.createSymbolicLink(
                    atPath: "\(folder)/programs/\(name)", withDestinationPath: "\(programs)/\(name)")
            }
        }
        let shim = "\(folder)/modules.so"
        let source = #filePath.split(separator: "/").dropLast(2).reduce("") { "\($0)/\($1)" } + "/Drivers/modules.c"
        let compiler = try Executable.required("cc", package: "gcc")
        let compiled = try CommandResult(
            compiler, ["-shared", "-fPIC", "-o", shim, source, "-ldl"], environment: Executable.inheritedEnvironment)
        guard compiled.exit == .code(0) else { throw Failure("cc: \(compiled.stderr.suffix(1_000))") }

        var rules = try ProgramFile("dovecot", 0, under: "Dovecot")
        try rules.replace("/etc/dovecot/dovecot-oauth2.conf.ext", by: "\(folder)/oauth2.conf")
        var introspection = try ProgramFile("dovecot", 1, under: "Dovecot")
        try introspection.replace("https://id.example.com/", by: "\(site.address)/")
        try introspection.replace("CLIENT", by: site.client.id)
        try introspection.replace("SECRET", by: site.client.secret)
        try introspection.replace("/etc/ssl/certs/ca-certificates.crt", by: site.authority.file)
        try introspection.write(to: "\(folder)/oauth2.conf")
        try rules.replace("$auth_mechanisms ", by: "")
        try writeFile(Self.configuration(folder, port) + rules.text, to: "\(folder)/dovecot.conf")

        let libraries = try UnpackedPackages.libraries([
            "libexttextcat-2.0-0", "libstemmer0d", "liblua5.4-0", "libunwind8", "libwrap0",
        ])
        child = try ChildProcess(
            UnpackedPackages.path("dovecot-core", "usr/bin/doveconf"),
            [
                "-f", "service=master", "-c", "\(folder)/dovecot.conf", "-m", "master", "-e",
                UnpackedPackages.path("dovecot-core", "usr/sbin/dovecot"), "-F", "-c", "\(folder)/dovecot.conf",
            ],
            environment: [
                "LD_LIBRARY_PATH": "\(own):\(own)/modules:\(own)/modules/old-stats:\(libraries)", "LD_PRELOAD": shim,
                "DOVECOT_MODULES": own,
            ], output: "\(folder)/output", errors: "\(folder)/output")
        // It listens before its master says so.
        let version: Substring?? = waitUntil(20) { [child, folder] in
            if child.exit() != nil { return .some(nil) }
            return text(ofFile: "\(folder)/log").firstMatch(of: #/Dovecot v(\d+\.\d+)/#)?.output.1
        }
        guard let version, let version else {
            throw Failure("Dovecot: \(text(ofFile: "\(folder)/output")) \(text(ofFile: "\(folder)/log").suffix(2_000))")
        }
        name = "Dovecot \(version), introspection"
    }

    func accepts(_ token: String) throws -> Bool {
        let curl = try Executable.required("curl", package: "curl")
        let result = try CommandResult(
            curl,
            [
                "--silent", "--max-time", "20", "--user", email, "--oauth2-bearer", token, "--login-options",
                "AUTH=OAUTHBEARER", "--request", "NOOP", "imap://127.0.0.1:\(port)/",
            ], within: 30)
        // 67: the login was denied.
        guard result.exit == .code(0) || result.exit == .code(67) else {
            throw Failure("IMAP: \(result) \(text(ofFile: "\(folder)/log").suffix(2_000))")
        }
        return result.exit == .code(0)
    }

    /// Ends it with its children.
    func stop() -> Bool {
        child.send(signal: SIGTERM)
        return child.exit(within: 20) == .code(0)
    }

    // Its children would outlive it, were it killed.
    deinit { _ = stop() }

    /// As root Dovecot wants two users without rights; otherwise all of it is the one that runs the tests.
    private static func configuration(_ folder: String, _ port: UInt16) -> String {
        let own = getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "\(geteuid())"
        let users = geteuid() == 0 ? ("nobody", "daemon", "nogroup") : (own, own, "\(getegid())")
        return """
            protocols = imap
            listen = 127.0.0.1
            base_dir = \(folder)/run
            state_dir = \(folder)/state
            log_path = \(folder)/log
            libexec_dir = \(folder)/programs
            mail_plugin_dir = \(folder)/modules
            login_plugin_dir = \(folder)/modules
            default_internal_user = \(users.0)
            default_internal_group = \(users.2)
            default_login_user = \(users.1)
            first_valid_uid = 1
            ssl = no
            disable_plaintext_auth = no
            auth_failure_delay = 0
            mail_location = maildir:\(folder)/mail/%u
            import_environment = LD_LIBRARY_PATH LD_PRELOAD DOVECOT_MODULES
            service imap-login {
              chroot =
              inet_listener imap {
                port = \(port)
              }
              inet_listener imaps {
                port = 0
              }
            }
            service anvil {
              chroot =
              unix_listener anvil-auth-penalty {
                mode = 0
              }
            }
            userdb {
              driver = static
              args = uid=\(users.0) gid=\(users.2) home=\(folder)/mail/%u
            }

            """
    }
}
