// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryTestSupport

/// Exim of Debian, which delivers all that it accepts to one maildir. Its user is `me`, the password `secret`; it has no
/// user `unknown`, and asks to try `later` later.
final class EximServer: Sendable {
    private static let root = #filePath.split(separator: "/").dropLast(4).reduce("") { "\($0)/\($1)" }
    private static let packages = "\(root)/.build/packages"

    let port: UInt16
    /// A program with the arguments of `sendmail`.
    let sendmail: String
    private let directory: TemporaryDirectory
    private let child: ChildProcess

    init() throws {
        let source = "\(Self.packages)/exim4-daemon-light/usr/sbin/exim4"
        guard access(source, X_OK) == 0 else { throw Failure("Exim is not unpacked: Scripts/test-services") }
        directory = try TemporaryDirectory()
        port = try FreePorts.next()
        let folder = directory.path
        // The package's own is setuid, and would not look at the libraries and users of the tests.
        let program = "\(folder)/exim"
        // Another process copies: this one starts programs all the time, and a child that has the file open for writing
        // keeps it from being run.
        let copy = try CommandResult("/usr/bin/cp", [source, program])
        guard copy.exit == .code(0) else { throw Failure("Exim cannot be copied: \(copy)") }
        chmod(program, 0o755)
        for name in ["spool", "box"] { mkdir("\(folder)/\(name)", 0o700) }
        let environment = try Self.environment(folder)
        let certificate = try MailCertificates.shared.get().server
        try Self.write(Self.configuration(folder, port, program), to: "\(folder)/exim.conf")
        for (file, name) in [(certificate.file, "server.pem"), (certificate.key, "server.key")] {
            try Self.write(text(ofFile: file), to: "\(folder)/\(name)")
        }
        sendmail = "\(folder)/sendmail"
        let words =
            Self.runner + ["/usr/bin/env"] + environment.map { "\($0.key)=\($0.value)" }
            + [program, "-C", "\(folder)/exim.conf"]
        try Self.write("#!/bin/sh\nexec \(words.joined(separator: " ")) \"$@\"\n", to: sendmail)
        chmod(sendmail, 0o755)
        chmod(folder, 0o755)
        for file in try FileManager.default.contentsOfDirectory(atPath: folder) + ["."] {
            chown("\(folder)/\(file)", Self.user, Self.group)
        }
        child = try ChildProcess(
            sendmail, ["-bdf", "-q1h"], environment: [:], output: "\(folder)/output", errors: "\(folder)/output")
        let isReady: Bool? = waitUntil(10) { [child] in
            child.exit() != nil ? false : log.contains("listening for SMTP") ? true : nil
        }
        guard isReady == true else {
            throw Failure("Exim does not start: \(text(ofFile: "\(folder)/output").suffix(2_000)) \(log.suffix(2_000))")
        }
    }

    var log: String { text(ofFile: directory.file("mainlog")) }

    /// The messages of the maildir, without the headers that Exim adds before them.
    func messages() throws -> [String] {
        let folder = directory.file("box/new")
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.map { name in
            let all = text(ofFile: "\(folder)/\(name)")
            return all.firstRange(of: "From: ").map { String(all[$0.lowerBound...]) } ?? all
        }
    }

    private static func write(_ text: String, to file: String) throws {
        guard FileManager.default.createFile(atPath: file, contents: Data(text.utf8)) else {
            throw Failure("cannot write \(file)")
        }
    }

    /// Exim refuses to be root all the time.
    private static let user = geteuid() == 0 ? 65_534 : geteuid()
    private static let group = geteuid() == 0 ? 65_534 : getegid()
    private static let runner =
        geteuid() == 0
        ? ["/usr/bin/setpriv", "--reuid", "\(user)", "--regid", "\(group)", "--clear-groups", "--"] : ["/usr/bin/env"]

    /// Exim wants a user of its own, which the machine need not have.
    private static func environment(_ folder: String) throws -> [String: String] {
        try write(
            "root:x:0:0::/:/bin/sh\nDebian-exim:x:\(user):\(group)::/:/bin/sh\nmail:x:8:8::/:/bin/sh\n",
            to: "\(folder)/passwd")
        try write("root:x:0:\nDebian-exim:x:\(group):\nmail:x:8:\n", to: "\(folder)/group")
        let libraries = ["libidn12", "libgnutls-dane0", "libunbound8", "libevent-2.1-7"].flatMap { package in
            folders(of: "\(packages)/\(package)/usr/lib")
        }
        guard let wrapper = folders(of: "\(packages)/libnss-wrapper/usr/lib").first else {
            throw Failure("libnss-wrapper is not unpacked: Scripts/test-services")
        }
        return [
            "LD_LIBRARY_PATH": libraries.joined(separator: ":"), "LD_PRELOAD": "\(wrapper)/libnss_wrapper.so",
            "NSS_WRAPPER_PASSWD": "\(folder)/passwd", "NSS_WRAPPER_GROUP": "\(folder)/group",
        ]
    }

    /// The folder of the machine's kind, such as `x86_64-linux-gnu`.
    private static func folders(of path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).map { "\(path)/\($0)" }
    }

    private static func configuration(_ folder: String, _ port: UInt16, _ program: String) -> String {
        """
        primary_hostname = localhost
        exim_path = \(program)
        keep_environment = LD_PRELOAD : LD_LIBRARY_PATH : ^NSS_WRAPPER
        deliver_drop_privilege = true
        spool_directory = \(folder)/spool
        log_file_path = \(folder)/%slog
        pid_file_path = \(folder)/pid
        daemon_smtp_ports = \(port)
        local_interfaces = 127.0.0.1
        tls_advertise_hosts = *
        tls_certificate = \(folder)/server.pem
        tls_privatekey = \(folder)/server.key
        auth_advertise_hosts = ${if eq{$tls_in_cipher}{}{}{*}}
        acl_smtp_mail = mail
        acl_smtp_rcpt = recipient
        begin acl
        mail:
          deny message = no login
               !authenticated = *
          accept
        recipient:
          deny local_parts = unknown
               message = no such user
          defer local_parts = later
                message = try later
          accept
        begin routers
        all:
          driver = accept
          transport = box
        begin transports
        box:
          driver = appendfile
          directory = \(folder)/box
          maildir_format
        begin authenticators
        plain:
          driver = plaintext
          public_name = PLAIN
          server_prompts = :
          server_condition = ${if and {{eq{$auth2}{me}}{eq{$auth3}{secret}}}}
          server_set_id = $auth2

        """
    }
}
