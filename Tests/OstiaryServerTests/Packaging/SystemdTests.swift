// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryTestSupport
import Testing

extension EndToEnd.Alone {
    /// The systemd unit of the package.
    @Suite struct SystemdUnit {
        @Test("the unit is sound, and exposes little", .enabled(if: Executable.named("systemd-analyze") != nil))
        func exposure() throws {
            let systemd = try #require(Executable.named("systemd-analyze"))
            let directory = try TemporaryDirectory()
            let file = directory.file("ostiary.service")
            let unit = UnitMachine.unit.replacing("/usr/bin/ostiary", with: "/bin/true")
            try Data(unit.utf8).write(to: URL(filePath: file))
            for arguments in [
                ["verify", "--man=no", "--recursive-errors=no", file],
                ["security", "--offline=yes", "--threshold=15", "--no-pager", file],
            ] {
                let result = try CommandResult(
                    systemd, arguments, environment: Executable.inheritedEnvironment, within: 60)
                #expect(result.exit == .code(0) && !result.stderr.contains("ostiary.service:"), "\(result)")
            }
        }

        @Test(
            "a real systemd starts the server in its sandbox, reloads it, feeds on its reports and stops it",
            .enabled(if: SystemdMachine.isPossible))
        func life() throws {
            let port = try FreePorts.next()
            let machine = try UnitMachine.make(port: port)
            let started = try machine.run("systemctl", "start", "ostiary")
            let journal = try machine.journal
            #expect(started.exit == .code(0), "\(journal)")
            // Started means ready: nobody has waited.
            #expect(WireClient.readiness(port) == 200)
            #expect(try machine.property("ActiveState") == "active")
            let isTold: Bool? = try waitUntil(20) { try machine.property("StatusText") == "ready" ? true : nil }
            #expect(isTold == true)
            let first = try machine.property("MainPID")
            let status = try machine.status
            for line in ["Seccomp:\t2", "CapEff:\t0000000000000000", "NoNewPrivs:\t1"] {
                #expect(status.contains("\n\(line)\n"), "\(status)")
            }
            #expect(!status.contains("\nUid:\t0\t"))

            // The key came as a credential, so the server has made none of its own.
            let files = try machine.run("ls", "/var/lib/ostiary/").stdout
            #expect(files.contains("ostiary.sqlite3\n") && !files.contains("secret.key"), "\(files)")

            let email = freshEmail()
            try WireClient(port: port).enrol(email)
            #expect(try machine.run("systemctl", "reload", "ostiary").exit == .code(0))
            #expect(try machine.journal.contains("settings read again"))
            #expect(try machine.property("MainPID") == first)

            // A process that does not answer is ended and started again, with its data.
            let isReplaced = try machine.replacesStoppedProcess()
            let later = try machine.journal
            #expect(isReplaced, "\(later)")
            #expect(try WireClient(port: port).login(email).status == 200)

            #expect(try machine.run("systemctl", "stop", "ostiary").exit == .code(0))
            #expect(try machine.property("Result") == "success" && machine.property("ActiveState") == "inactive")
        }

        @Test("a wrong configuration is not started again and again", .enabled(if: SystemdMachine.isPossible))
        func wrong() throws {
            let machine = try UnitMachine.make(port: FreePorts.next())
            _ = try machine.run("sh", "-c", #"echo '{"port": "none"}' > /etc/ostiary/ostiary.json"#)
            #expect(try machine.run("systemctl", "start", "ostiary").exit != .code(0))
            pause(0.5)
            #expect(try machine.property("NRestarts") == "0" && machine.property("ExecMainStatus") == "78")
        }
    }
}
