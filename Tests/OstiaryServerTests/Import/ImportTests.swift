// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// `ostiary import`.
    @Suite struct Import {
        private let folder: TemporaryDirectory

        init() throws { folder = try TemporaryDirectory() }

        private func save(_ text: String, as name: String) throws -> String {
            try Data(text.utf8).write(to: URL(filePath: folder.file(name)))
            return folder.file(name)
        }

        private func run(_ arguments: [String], in data: String = "data", within seconds: Double = 120) throws
            -> CommandResult
        {
            try runCommand(arguments + ["--data-dir", folder.file(data)], within: seconds)
        }

        private func count(in data: String = "data") throws -> Int {
            let listed = try run(["users", "list", "--limit", "500", "--json"], in: data)
            return listed.stdout.matches(of: /"email":/).count
        }

        @Test(
            "what dumpdata of a real Django prints becomes accounts whose passwords work", arguments: ["json", "jsonl"])
        func django(_ form: String) throws {
            _ = try run(["migrate"])
            let dump = try CommandResult(
                try DjangoProject.interpreter.get(),
                ["\(Page.root)/Tests/OstiaryServerTests/Import/Drivers/dump.py", form],
                environment: ["PYTHONUTF8": "1"], within: 120)
            try #require(dump.exit == .code(0), "\(dump.stderr)")
            let file = try save(dump.stdout, as: "dump")
            let rejects = folder.file("rejects")
            let result = try run(
                ["import", "users", file, "--format", "django-dump", "--keep-ids", "--rejects", rejects, "--json"])
            #expect(result.stdout.hasPrefix(#"{"created":2499,"rejected":1,"others":"#), "\(result)")
            #expect(result.exit == .code(1) && text(ofFile: rejects).contains("there is no email"))
            var status = stat()
            #expect(stat(rejects, &status) == 0 && status.st_mode & 0o777 == 0o600)

            let shown = try run(["users", "show", "person4@example.com", "--json"]).stdout
            #expect(
                shown.contains(#""id":10004"#) && shown.contains(#"Ünï \"4\" {["#)
                    && shown.contains(#""is_staff":true"#))
            let known = "email,password\n" + (0..<3).map { "person\($0)@example.com,password of \($0)\n" }.joined()
            let verified = try run(["import", "verify", try save(known, as: "known")])
            #expect(
                verified.exit == .code(0) && verified.stdout == "3 passwords are right, 0 are not.\n", "\(verified)")
            let wrong = try run([
                "import", "verify", try save(known + "person5@example.com,x\n", as: "wrong"), "--json",
            ])
            #expect(wrong.exit == .code(1) && wrong.stdout == "{\"right\":3,\"wrong\":1}\n", "\(wrong)")
        }

        @Test("a table has quoted cells, and each line that is no account is told")
        func table() throws {
            _ = try run(["migrate"])
            let file = try save(
                """
                email,username,password,is_active,note\r
                ada@example.com,"Ada, ""Countess""\nof Lovelace",,t,x\r
                bob@example.com,Bob,secret,t,x
                ADA@example.com,again,,,x
                eve@example.com,Eve
                carl@example.com,Carl,,perhaps,x
                """, as: "table")
            let result = try run(["import", "users", file, "--format", "csv"])
            #expect(
                result.exit == .code(1) && result.stdout == "Created 1 accounts; 4 records left out.\n", "\(result)")
            for line in [
                "line 4: bob@example.com: the password is no hash", "line 5: ADA@example.com: the email is taken",
                "line 6: it has 2 fields, the first line 5",
                "line 7: carl@example.com: is_active is neither true nor false",
            ] { #expect(result.stderr.contains(line), "\(result.stderr)") }
            #expect(try run(["users", "show", "1", "--json"]).stdout.contains(#"Ada, \"Countess\"\nof Lovelace"#))
        }

        @Test("a fault of one line does not reach the next, and a file that was cut off is told")
        func damaged() throws {
            _ = try run(["migrate"])
            let lines = try save(
                "\u{FEFF}{\"email\":\"ada@example.com\"}\n{\"email\":\"bob@exam\n[1]\n{\"email\":\"eve@example.com\"}\n",
                as: "lines")
            let read = try run(["import", "users", lines, "--format", "jsonl", "--json"])
            #expect(read.stdout == "{\"created\":2,\"rejected\":2,\"others\":0}\n", "\(read)")
            let table = try save("\u{FEFF}email,username\ncarl@example.com,\"Carl\n", as: "table")
            let cut = try run(["import", "users", table, "--format", "csv"])
            #expect(cut.exit == .code(1) && cut.stderr.contains("it ends inside a quoted cell of line 2"), "\(cut)")
            let dump = try save("[{\"fields\": {\"email\": \"dora@example.com\", \"pass", as: "dump")
            let ended = try run(["import", "users", dump, "--format", "django-dump"])
            #expect(ended.exit == .code(1) && ended.stderr.contains("it ends inside the object of line 1"), "\(ended)")
            let wide = try save(
                "email\n" + String(repeating: ",\"\"\"\"", count: 50_000) + "\nfinn@example.com\n", as: "wide")
            let bounded = try run(["import", "users", wide, "--format", "csv", "--json"])
            #expect(bounded.stdout == "{\"created\":1,\"rejected\":1,\"others\":0}\n", "\(bounded)")
        }

        @Test("an import that was killed goes on, and a trial writes nothing")
        func interrupted() throws {
            _ = try run(["migrate"])
            let lines = (0..<20_000).map { "{\"email\":\"person\($0)@example.com\"}\n" }
            let file = try save(lines.joined(), as: "lines")
            let trial = try run(["import", "users", file, "--format", "jsonl", "--dry-run"])
            #expect(try trial.stdout == "Would create 20000 accounts; 0 records left out.\n" && count() == 0)
            let process = try ChildProcess(
                OstiaryBinary.path(),
                ["import", "users", file, "--format", "jsonl", "--data-dir", folder.file("data")], environment: [:],
                output: folder.file("out"), errors: folder.file("err"))
            let began: Bool? = try waitUntil(60, every: 5_000) { try count() > 0 ? true : nil }
            process.killNow()
            #expect(began == true)
            let again = try run([
                "import", "users", file, "--format", "jsonl", "--json", "--rejects", folder.file("rest"),
            ])
            let taken = text(ofFile: folder.file("rest")).matches(of: /the email is taken/).count
            #expect(taken > 0 && taken % 1_000 == 0, "whole portions were kept")
            #expect(again.stdout == "{\"created\":\(20_000 - taken),\"rejected\":\(taken),\"others\":0}\n")
        }

        @Test("a hash of bcrypt logs in, and is replaced")
        func bcrypt() throws {
            let server = try ServerProcess()
            let file = try save("{\"email\":\"ada@example.com\",\"password\":\"\(Self.bcryptHash)\"}\n", as: "lines")
            let result = try server.command(["import", "users", file, "--format", "jsonl"])
            #expect(result.exit == .code(0), "\(result)")
            let client = WireClient(port: server.port)
            #expect(try client.login("ada@example.com", "Correct-horse-1").status == 200)
            #expect(try client.login("ada@example.com", "Correct-horse-2").status == 401)
            #expect(try server.command(["users", "show", "ada@example.com"]).stdout.contains("argon2id"))
        }

        /// Made with bcrypt of PyPI.
        private static let bcryptHash = "$2b$04$fs/vx1zVBIEF2CsN0iVW6uKBX63no/06RYDfJ2JU6fS5bSBtbsHN6"
    }
}
