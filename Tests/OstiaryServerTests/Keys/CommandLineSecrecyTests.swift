// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiarySQL
import OstiarySQLite
import OstiaryTestSupport
import Testing

@testable import OstiaryCore

extension EndToEnd {
    /// Secrets beside what every user of the machine sees of a process: its command line.
    @Suite struct CommandLineSecrecy {
        private static let password = "correct horse 7 battery"
        private static let key = "a-key-in-a-file-0123456789-0123456789-0123456789"
        private static let (root, newRoot) = (
            "a-root-secret-in-a-variable-0123456789-012345", "a-new-root-secret-in-a-file-0123456789-01234"
        )

        @Test("no command line holds a secret that a server or a command got, or made")
        func commandLines() throws {
            let directory = try TemporaryDirectory()
            let keyFile = try file(Self.key, directory.file("key"))
            let newRootFile = try file(Self.newRoot, directory.file("root"))
            var environment = ["OSTIARY_SECRET_KEY_FILE": keyFile, "OSTIARY_ROOT_SECRET": Self.root]
            let server = try ServerProcess(environment: environment, secretKey: nil)
            // This one makes its secrets in its data directory.
            let alone = try ServerProcess(secretKey: nil)
            var seen: Set<String> = []
            func run(_ arguments: [String], input: String = "", _ variables: [String: String] = [:]) throws -> String {
                try watch(
                    arguments + ["--data-dir", server.dataDirectory], environment.merging(variables) { $1 },
                    input: input, in: directory, &seen)
            }
            var secrets = [Self.key, Self.root, Self.newRoot, Self.password]
            let line = Self.password + "\n"
            _ = try run(["createsuperuser", "--email", "a@mail.example", "--password-stdin"], input: line)
            _ = try run(
                ["createsuperuser", "--email", "b@mail.example", "--noinput"],
                ["OSTIARY_SUPERUSER_PASSWORD": Self.password])
            _ = try run(["changepassword", "a@mail.example", "--password-stdin"], input: line)
            _ = try run(["users", "add", "c@mail.example", "--password-stdin"], input: line)
            for command in [["add", "api", "--may", "feed"], ["rotate", "api"]] {
                let printed = try Document(run(["clients"] + command + ["--json"]))
                secrets.append(try #require(printed["client_secret"]))
            }
            let made = try Document(run(["keys", "rotate", "--now", "--yes", "--json"]))
            // A key that is revoked is no longer kept.
            var keys = try privateKeys(of: server)
            _ = try run(["keys", "revoke", try #require(made["kid"]), "--replace", "--yes"])
            keys += try privateKeys(of: server)
            #expect(Set(keys).count == 2)
            secrets += keys.flatMap { key in
                [Base64URL.encode(key), key.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()]
            }
            let tokens = try WireClient(port: server.port).tokens("c@mail.example")
            secrets += [tokens.access, tokens.refresh]
            for name in ["secret.key", "root.key"] {
                let text = text(ofFile: "\(alone.dataDirectory)/\(name)")
                secrets.append(String(text.prefix { !$0.isNewline }))
            }
            for server in [server, alone] { seen.insert(commandLine(try #require(server.pid))) }
            try judgeEnvironment(of: #require(server.pid))
            #expect(server.terminate() == .code(0) && alone.terminate() == .code(0))
            environment["OSTIARY_ROOT_SECRET"] = nil
            _ = try run(
                ["keys", "rewrap"],
                ["OSTIARY_ROOT_SECRET_FILE": newRootFile, "OSTIARY_ROOT_SECRET_PREVIOUS": Self.root])

            // Each command was seen, and none with a secret.
            for words in [
                "serve", "createsuperuser", "changepassword", "users add", "clients add", "clients rotate",
                "keys rotate",
                "keys revoke", "keys rewrap",
            ] { #expect(seen.contains { $0.contains(" \(words) ") }, "\(words)") }
            #expect(secrets.allSatisfy { $0.utf8.count >= 20 })
            for line in seen { #expect(!secrets.contains { line.contains($0) }, "\(line)") }
        }

        @Test("no option takes a secret as its value but those of which SECURITY.md warns")
        func options() throws {
            let dump = try Document(runCommand(["--experimental-dump-help"]).stdout)
            let (options, arguments) = names(of: try #require(dump.object("command")))
            #expect(options.count > 50 && arguments.count > 10)
            let words: Set<Substring> = [
                "secret", "password", "key", "token", "tokens", "ticket", "credentials", "url",
            ]
            let suspects = options.filter { name in
                !name.hasSuffix("-file") && !words.isDisjoint(with: name.split(separator: "-"))
            }
            // The path of a file, the form of hashes, a choice, and an address without a password.
            let harmless: Set<String> = ["tls-key", "password-hasher", "legacy-tokens", "public-url"]
            let warned: Set<String> = [
                "secret-key", "root-secret", "root-secret-previous", "database-url", "redis-url", "mail-url",
            ]
            #expect(suspects == harmless.union(warned))
            // The name of a key is none of its secrets.
            #expect(arguments.allSatisfy { words.subtracting(["key"]).isDisjoint(with: $0.split(separator: "-")) })
            let page = try Page("SECURITY.md").text
            for name in warned { #expect(page.contains("`--\(name)`"), "\(name)") }
            #expect(page.contains("`/proc/PID/cmdline`") && page.contains("`/proc/PID/environ`"))
        }

        /// Variables are seen by the same user and by root only; a file that a variable names is not among them.
        private func judgeEnvironment(of pid: Int32) throws {
            let path = "/proc/\(pid)/environ"
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o400)
            let environment = text(ofFile: path)
            #expect(environment.contains(Self.root) && !environment.contains(Self.key))
        }

        private func file(_ secret: String, _ path: String) throws -> String {
            let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
            guard FileManager.default.createFile(atPath: path, contents: Data(secret.utf8), attributes: attributes)
            else {
                throw Failure("cannot write \(path)")
            }
            return path
        }

        private func commandLine(_ pid: Int32) -> String {
            text(ofFile: "/proc/\(pid)/cmdline").replacing("\0", with: " ")
        }

        /// Runs a command, and looks at its command line all the time.
        private func watch(
            _ arguments: [String], _ environment: [String: String], input: String, in directory: TemporaryDirectory,
            _ seen: inout Set<String>
        ) throws -> String {
            let (stdin, stdout) = (try file(input, directory.file("in")), directory.file("out"))
            try? FileManager.default.removeItem(atPath: stdout)
            let child = try ChildProcess(
                OstiaryBinary.path(), arguments, environment: environment, input: stdin, output: stdout,
                errors: directory.file("err"))
            let exit = waitUntil(20, every: 500) {
                seen.insert(commandLine(child.pid))
                return child.exit()
            }
            guard exit == .code(0) else { throw Failure("\(arguments): \(text(ofFile: directory.file("err")))") }
            return text(ofFile: stdout)
        }

        /// The private keys in the database of a server, opened.
        private func privateKeys(of server: ServerProcess) throws -> [[UInt8]] {
            let connection = try SQLiteConnection(path: server.databaseFile, role: .reader, busyTimeout: 5_000)
            let root = try #require(RootSecret(Self.root.utf8))
            return try connection.run("SELECT jwk, lower(hex(sealed)) FROM ostiary_key WHERE sealed IS NOT NULL").map {
                row in
                let jwk = try #require(try JSONWebKey(JSONReader.read(Array(row.text(0).utf8))))
                return try #require(SealedKey(bytes: KeySite.bytes(row.text(1))).open(as: jwk, under: root)).bytes
            }
        }

        /// The names of the options that take a value, and of the arguments, of a command and all below it.
        private func names(of command: Document) -> (options: Set<String>, arguments: Set<String>) {
            var (options, arguments): (Set<String>, Set<String>) = ([], [])
            for argument in command.array("arguments") {
                switch argument["kind"] {
                case "option": options.formUnion(argument.array("names").compactMap { $0["name"] })
                case "positional": arguments.insert(argument["valueName"] ?? "")
                default: break
                }
            }
            for part in command.array("subcommands").map(names(of:)) {
                options.formUnion(part.options)
                arguments.formUnion(part.arguments)
            }
            return (options, arguments)
        }
    }
}
