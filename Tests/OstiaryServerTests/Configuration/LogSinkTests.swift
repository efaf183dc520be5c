// SPDX-License-Identifier: Apache-2.0

import Glibc
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
}
