// SPDX-License-Identifier: Apache-2.0

import Glibc
import Logging
import OstiaryCore
import OstiaryTestSupport
import Testing

@testable import OstiaryServer

@Suite("The log")
struct LogSinkTests {
    @Test("whoever logs does not wait for a reader; what is too much is dropped and told")
    func stalledReader() async throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let sink = LogSink(descriptor: ends[1], capacity: 100)
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 1_023) + [UInt8(ascii: "\n")]
        let start = ContinuousClock.now
        for _ in 0..<10_000 { sink.write(line) }
        await sink.flush()
        // A pipe takes 64 KiB; the other nine megabytes would block for ever.
        #expect(ContinuousClock.now - start < .seconds(30))

        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while !String(decoding: text, as: UTF8.self).contains("were dropped") {
            let count = read(ends[0], &buffer, buffer.count)
            try #require(count > 0)
            text += buffer[..<count]
        }
        #expect(text.count < 400 * 1_024)
    }

    /// A log in a file, read at the end.
    private final class FileLog {
        private let directory: TemporaryDirectory
        private let descriptor: Int32
        let sink: LogSink

        init(pause: Duration) throws {
            directory = try TemporaryDirectory()
            descriptor = open(directory.file("log"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
            try #require(descriptor >= 0)
            sink = LogSink(descriptor: descriptor, capacity: 10_000, pause: pause)
        }

        deinit { close(descriptor) }

        var logger: Logger {
            Logger(label: "test") { [sink] in LineLogHandler(label: $0, level: .info, format: .text, sink: sink) }
        }

        /// The lines that were written, without their time.
        func lines() async -> [String] {
            await sink.flush()
            return written
        }

        /// The lines that were written so far, while others may be held.
        var written: [String] {
            text(ofFile: directory.file("log")).split(separator: "\n").map { line in
                String(line[(line.firstIndex(of: " ").map(line.index(after:)) ?? line.startIndex)...])
            }
        }
    }

    @Test("a fault that repeats is its first line, and one with the count of the others")
    func repeated() async throws {
        let log = try FileLog(pause: .seconds(3_600))
        let logger = log.logger
        for number in 0..<100 {
            logger.error("away", metadata: ["error": "x", "request": "\(number)"])
            logger.error("away", metadata: ["error": "y"])
            logger.warning("away", metadata: ["error": "x"])
            logger.info("here")
        }
        let lines = await log.lines()
        #expect(lines.count { $0 == "INFO here" } == 100, "only faults are held")
        let faults = lines.filter { $0 != "INFO here" }
        #expect(
            Set(faults) == [
                "ERROR away error=x request=0", "ERROR away error=x request=99 repeated=98", "ERROR away error=y",
                "ERROR away error=y repeated=98", "WARNING away error=x", "WARNING away error=x repeated=98",
            ])
        #expect(faults.count == 6)
    }

    @Test("the count of a fault that has ended is written without a further line, and the fault begins anew")
    func ended() async throws {
        let log = try FileLog(pause: .milliseconds(50))
        let logger = log.logger
        for round in 1...3 {
            for _ in 0..<10 { logger.error("away") }
            // The timer waits for its turn where other tests keep the threads busy.
            for _ in 0..<600 where Self.told(log.written) < 10 * round { try await Task.sleep(for: .milliseconds(50)) }
            #expect(Self.told(log.written) == 10 * round, "\(log.written)")
        }
        let lines = await log.lines()
        #expect(Self.told(lines) == 30 && lines.count >= 4, "\(lines)")
    }

    /// The number of faults that the lines stand for.
    private static func told(_ lines: [String]) -> Int {
        lines.reduce(0) { sum, line in
            sum + 1 + (line.split(separator: "repeated=").dropFirst().first.flatMap { Int($0) } ?? 0)
        }
    }

    @Test("no entry of the audit log is left out, and different faults take a bounded place")
    func bounded() async throws {
        let log = try FileLog(pause: .seconds(3_600))
        let audit = AuditLog(logger: log.logger, addresses: .full)
        let entry = AuditEntry(
            .refreshTokenReplayed, of: 1, in: RequestContext(actor: .client, now: Timestamp(seconds: 1)))
        for _ in 0..<50 { audit.write([entry]) }
        let logger = log.logger
        for number in 0..<1_000 { logger.error("fault \(number)") }
        let lines = await log.lines()
        #expect(lines.count { $0.hasPrefix("WARNING audit ") } == 50)
        #expect(lines.count { $0.hasPrefix("ERROR fault ") } == RepeatedFaults.capacity + 2)
        #expect(lines.contains("ERROR fault 999 repeated=\(1_000 - RepeatedFaults.capacity - 2)"))
    }
}
