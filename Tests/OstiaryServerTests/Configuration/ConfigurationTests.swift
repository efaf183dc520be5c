// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import Logging
import OstiaryHTTP
import OstiaryTestSupport
import Testing

@testable import OstiaryServer

@Suite("Configuration")
struct ConfigurationTests {
    private let key = String(repeating: "k", count: 32)

    private func configuration(
        flags: [ConfigurationKey: String] = [:], _ environment: [String: String] = [:]
    ) throws -> ServerConfiguration {
        try ServerConfiguration(flags: flags, environment: environment)
    }

    private func problems(_ environment: [String: String]) -> [String] {
        do {
            _ = try configuration(environment)
            return []
        } catch {
            return (error as? ConfigurationError)?.problems ?? []
        }
    }

    @Test("the defaults are those of the documentation")
    func defaults() throws {
        let configuration = try configuration()
        #expect("\(configuration.listening)" == "127.0.0.1:8000")
        #expect(configuration.database == .sqlite(path: "./data/ostiary.sqlite3"))
        #expect(configuration.trustedHops == 0 && configuration.metricsAddress == nil)
        #expect(configuration.secretKey == nil && configuration.publicURL == nil)
    }

    @Test("flags go before the environment, that before the file")
    func precedence() throws {
        let directory = try TemporaryDirectory()
        let file = directory.path + "/ostiary.json"
        try #require(
            FileManager.default.createFile(
                atPath: file,
                contents: Data(#"{"port": 1, "host": "file", "log-level": "debug", "data-dir": "d"}"#.utf8)
            )
        )
        let environment = ["OSTIARY_CONFIG": file, "OSTIARY_PORT": "2", "OSTIARY_HOST": "environment"]
        let configuration = try configuration(flags: [.port: "3"], environment)
        #expect("\(configuration.listening)" == "environment:3")
        #expect(configuration.logLevel == .debug)
        #expect(configuration.database == .sqlite(path: "d/ostiary.sqlite3"))
    }

    @Test("origins come as a list in the file, with commas between them elsewhere")
    func origins() throws {
        let directory = try TemporaryDirectory()
        let file = directory.file("ostiary.json")
        let json = #"{"cors-origin": ["https://a.example", "http://localhost:3000"]}"#
        try #require(FileManager.default.createFile(atPath: file, contents: Data(json.utf8)))
        let listed = try configuration(flags: [.config: file]).corsOrigins.map(\.description)
        #expect(listed == ["https://a.example", "http://localhost:3000"])
        let variable = ["OSTIARY_CORS_ORIGIN": "https://a.example, http://[::1]:8080"]
        #expect(
            try configuration(variable).corsOrigins.map(\.description) == ["https://a.example", "http://[::1]:8080"])
        #expect(try configuration().corsOrigins.isEmpty)
        #expect(problems(["OSTIARY_CORS_ORIGIN": "https://a.example,*"]).first?.contains("\"*\"") == true)
    }

    @Test("every malformed value is told, none becomes a default")
    func malformed() {
        let problems = problems([
            "OSTIARY_PORT": "70000", "OSTIARY_SECRET_KEY": "short-and-secret", "OSTIARY_LOG_LEVEL": "loud",
            "OSTIARY_LOG_FORMAT": "xml", "OSTIARY_TRUSTED_HOPS": "-1", "OSTIARY_PUBLIC_URL": "ftp://x",
            "OSTIARY_METRICS_ADDRESS": "nowhere", "OSTIARY_DATABASE_URL": "mysql://x", "OSTIARY_HOST": "",
            "OSTIARY_DATA_DIR": "", "OSTIARY_ACCESS_TOKEN_LIFETIME": "0", "OSTIARY_PASSWORD_MIN_LENGTH": "x",
        ])
        #expect(problems.count == 12)
        #expect(!problems.joined().contains("short-and-secret"))
    }

    @Test(
        "numbers are read strictly",
        arguments: ["", " 80", "80 ", "+80", "8e1", "0x50", "80.0", "99999999999999999999", "-1", "true"])
    func strictNumbers(_ text: String) {
        // Swift reads a leading plus; it is a port all the same.
        #expect(problems(["OSTIARY_PORT": text]).isEmpty == (text == "+80"))
    }

    @Test("a value may come from a file, without the line end that editors add")
    func files() throws {
        let directory = try TemporaryDirectory()
        let file = directory.path + "/key"
        try #require(FileManager.default.createFile(atPath: file, contents: Data((key + "\n").utf8)))
        for (mode, isTrusted) in [(0o666, false), (0o644, false), (0o620, false), (0o640, true), (0o400, true)] {
            try #require(chmod(file, mode_t(mode)) == 0)
            #expect(problems(["OSTIARY_SECRET_KEY_FILE": file]).isEmpty == isTrusted, "\(mode)")
        }
        // What is no secret may be read by everybody, and written by nobody else.
        let host = directory.path + "/host"
        try #require(FileManager.default.createFile(atPath: host, contents: Data("::1".utf8)))
        try #require(chmod(host, 0o644) == 0)
        #expect(problems(["OSTIARY_HOST_FILE": host]).isEmpty)
        try #require(chmod(host, 0o646) == 0)
        #expect(problems(["OSTIARY_HOST_FILE": host]).count == 1)
        #expect(try configuration(["OSTIARY_SECRET_KEY_FILE": file]).secretKey?.reveal == key)
        #expect(problems(["OSTIARY_SECRET_KEY_FILE": file, "OSTIARY_SECRET_KEY": key]).count == 1)
        #expect(problems(["OSTIARY_SECRET_KEY_FILE": directory.path + "/none"]).count == 1)
    }

    @Test("an unknown variable is a warning with the nearest known one")
    func unknown() throws {
        let warnings = try configuration(["OSTIARY_PROT": "1", "OSTIARY_SUPERUSER_PASSWORD": "x", "OTHER": "y"])
            .warnings
        #expect(warnings == ["unknown environment variable OSTIARY_PROT; did you mean OSTIARY_PORT?"])
    }

    @Test("settings are pinned by their names")
    func pins() throws {
        let configuration = try configuration(["OSTIARY_ACCESS_TOKEN_LIFETIME": "600"])
        #expect(configuration.pinnedSettings == ["ACCESS_TOKEN_LIFETIME": "600"])
        #expect(configuration.warnings.isEmpty)
    }

    @Test("all that is wrong with a configuration file is told at once")
    func allProblems() throws {
        let directory = try TemporaryDirectory()
        let file = directory.path + "/ostiary.json"
        let text =
            #"{"prot": 1, "port": true, "host": {}, "log-level": "loud", "cors-origin": [1], "trusted-hops": -1}"#
        try #require(FileManager.default.createFile(atPath: file, contents: Data(text.utf8)))
        let found = problems(["OSTIARY_CONFIG": file])
        #expect(found.count == 6, "\(found)")
        for name in ["prot; did you mean port?", "port", "host", "log-level", "cors-origin", "trusted-hops"] {
            #expect(found.contains { $0.contains(name) }, "\(name)")
        }
    }

    @Test("the key does not print itself")
    func redaction() throws {
        let configuration = try configuration(["OSTIARY_SECRET_KEY": key])
        var dumped = ""
        dump(configuration, to: &dumped)
        #expect(!"\(configuration)\(dumped)".contains(key))
    }
}
