// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryCore
import OstiaryTestSupport
import Testing

@testable import OstiaryServer

@Suite("Configuration files")
struct ConfigurationFileTests {
    private let directory: TemporaryDirectory
    private let file: String

    init() throws {
        directory = try TemporaryDirectory()
        file = directory.file("ostiary.json")
    }

    private func write(_ bytes: some Sequence<UInt8>) throws {
        try #require(FileManager.default.createFile(atPath: file, contents: Data(bytes)))
    }

    private func problems(_ path: String) -> [String] {
        do throws(ConfigurationError) {
            _ = try ServerConfiguration(flags: [.config: path], environment: [:])
            return []
        } catch {
            return error.problems
        }
    }

    @Test(
        "a file that is none is told in one line with a remedy",
        arguments: [
            ("", "is not JSON"), ("[]", "must hold one JSON object"), ("{", "is not JSON"), ("port = 1", "is not JSON"),
            (#"{"prot": 1}"#, "did you mean port?"), (#"{"port": true}"#, "must be a string or a number"),
            (#"{"port": 1, "port": 2}"#, "is not JSON"), (#"{"port\u001b": 1}"#, #"unknown key port\u{1b}"#),
        ])
    func text(text: String, reason: String) throws {
        try write(text.utf8)
        let problems = problems(file)
        #expect(problems.count == 1 && problems[0].contains(reason) && problems[0].contains(file), "\(problems)")
        #expect(!problems[0].contains("\n"))
    }

    @Test("a directory, a missing file, ten megabytes, bytes and an endless device are told at once")
    func places() throws {
        try write([0xFF, 0xFE])
        let bytes = problems(file)
        try write([UInt8](repeating: UInt8(ascii: " "), count: 10_000_000))
        let large = problems(file)
        for (problems, reason) in [
            (problems(directory.path), "leads to a directory"), (problems(directory.file("none")), "no such file"),
            (bytes, "not text in UTF-8"), (large, "larger than 64 KiB"), (problems("/dev/zero"), "larger than 64 KiB"),
        ] {
            #expect(problems.count == 1 && problems[0].contains(reason), "\(reason): \(problems)")
        }
    }

    @Test("a named pipe without a writer is an empty file, and does not hold up")
    func pipe() throws {
        try #require(mkfifo(file, 0o600) == 0)
        #expect(problems(file).first?.contains("is not JSON") == true)
    }

    @Test("the largest file is read, and not a byte more")
    func largest() throws {
        let text = Array(#"{"port": 1}"#.utf8)
        for (size, isRead) in [(65_536, true), (65_537, false)] {
            try write(text + [UInt8](repeating: UInt8(ascii: " "), count: size - text.count))
            #expect(problems(file).isEmpty == isRead, "\(size)")
        }
    }

    @Test("keys that begin with // are comments")
    func comments() throws {
        try write(#"{"// about": "x", "//port": "no port", "//": {"deep": [1]}, "port": 81}"#.utf8)
        let configuration = try ServerConfiguration(flags: [.config: file], environment: [:])
        #expect(configuration.listening.port == 81)
    }

    @Test("the sample sets nothing, and each key that is uncommented is a value")
    func sample() throws {
        let sample = ConfigurationSample.text
        try write(sample.utf8)
        let reading = ConfigurationReading(flags: [.config: file], environment: [:], features: [])
        #expect(reading.rows.dropFirst().allSatisfy { $0.source == .default })
        _ = try ServerConfiguration(reading)
        var uncommented = sample
        for key in ConfigurationKey.all where key != .config {
            #expect(sample.contains(key.help), "\(key.name)")
            let line = try #require(sample.split(separator: "\n").first { $0.hasPrefix("  \"//\(key.name)\":") })
            let isSecret = [.secretKey, .rootSecret, .rootSecretPrevious].contains(key)
            let set = uncommented.replacing(line, with: line.replacing("//\(key.name)", with: key.name))
            try write(set.utf8)
            let rows = ConfigurationReading(flags: [.config: file], environment: [:], features: []).rows
            #expect(rows.first { $0.key == key }?.source == .file(path: file))
            // A sample must not hold a secret, since somebody would use it.
            if isSecret {
                #expect(problems(file).first?.contains("at least 32 bytes") == true)
            } else {
                uncommented = set
            }
        }
        try write(uncommented.utf8)
        #expect(problems(file).isEmpty)
    }

    @Test("each value is shown with its source, and no secret is")
    func rows() throws {
        try write(#"{"port": 1, "host": "file", "log-level": "debug"}"#.utf8)
        let secret = directory.file("secret")
        let key = String(repeating: "k", count: 32)
        try #require(FileManager.default.createFile(atPath: secret, contents: Data(key.utf8)))
        try #require(chmod(secret, 0o600) == 0)
        let reading = ConfigurationReading(
            flags: [.config: file, .port: "3"],
            environment: [
                "OSTIARY_PORT": "2", "OSTIARY_HOST": "environment", "OSTIARY_SECRET_KEY_FILE": secret,
                "OSTIARY_ROOT_SECRET": "hush", "OSTIARY_DATABASE_URL": "postgres://ostiary:hush@db/ostiary?sslkey=hush",
                "OSTIARY_REDIS_URL": "redis://user:hush@cache/1", "OSTIARY_TRUSTED_HOPS": "many",
            ], features: [])
        func row(_ key: ConfigurationKey) -> String {
            reading.rows.first { $0.key == key }.map { "\($0.value) \($0.source)" } ?? ""
        }
        #expect(row(.config) == "\(file) flag" && row(.port) == "3 flag")
        #expect(row(.host) == #"environment variable("OSTIARY_HOST")"#)
        #expect(row(.logLevel) == #"debug file(path: "\#(file)")"#)
        #expect(row(.secretKey) == #"******** variableFile("OSTIARY_SECRET_KEY_FILE", path: "\#(secret)")"#)
        #expect(row(.databaseURL).hasPrefix("postgres://ostiary@db/ostiary "))
        #expect(row(.redisURL).hasPrefix("redis://user:***@cache:6379/1 "))
        #expect(row(.logFormat) == "text default" && row(.trustedHops).hasPrefix("many "))
        let all = reading.rows.map(\.value).joined()
        #expect(!all.contains("hush") && !all.contains(key))
    }

    @Test("a secret that is misplaced in a URL is masked as a whole")
    func malformedURL() {
        for text in ["postgres://user:hush/hush@db/x", "redis://user:hush", "mysql://hush"] {
            let reading = ConfigurationReading(
                flags: [.databaseURL: text, .redisURL: text], environment: [:], features: [])
            #expect(!reading.rows.map(\.value).joined().contains("hush"), "\(text)")
        }
    }
}
