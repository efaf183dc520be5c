// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryTestSupport
import Testing

@Suite(.onItsOwnThread) struct ConstanceFuzzTests {
    private static let count = TestScale.count(100_000)

    @Test(.timeLimit(.minutes(30)))
    func noBytesStopTheReader() throws {
        var random = SeededGenerator(seed: SeededGenerator.printedSeed("constance bytes"))
        var slowest = Duration.zero
        var held = 0
        var memory = 0
        for round in 0..<Self.count {
            if round == Self.count / 10 { memory = residentKiB() }
            let bytes = random.constanceBytes()
            let start = ContinuousClock.now
            let value = try? ConstanceCodec.decode(bytes)
            slowest = max(slowest, ContinuousClock.now - start)
            guard let value else { continue }
            held += 1
            // What is read can be written unless it was near a bound: escapes and wrappers make it longer.
            guard let written = try? ConstanceCodec.encode(value) else { continue }
            let again = try #require(try ConstanceCodec.decode(written))
            #expect(try ConstanceCodec.encode(again) == written)
        }
        figure("constance byte strings", Self.count)
        figure("constance byte strings that hold a value", held)
        figure("constance slowest decoding", slowest)
        figure("constance growth of resident memory KiB", residentKiB() - memory)
        #expect(slowest < .seconds(2))
        #expect(residentKiB() - memory < 256 * 1_024)
        #expect(held > Self.count / 100)
    }

    @Test(.timeLimit(.minutes(30)))
    func whatIsWrittenIsReadAsTheSame() throws {
        var random = SeededGenerator(seed: SeededGenerator.printedSeed("constance values"))
        for _ in 0..<Self.count / 10 {
            let value = random.constanceValue()
            let bytes = try ConstanceCodec.encode(value)
            #expect(bytes.allSatisfy { (0x20...0x7E).contains($0) })
            let read = try ConstanceCodec.decode(bytes)
            #expect(read == (value == .null ? nil : value))
            #expect(try ConstanceCodec.encode(read ?? .null) == bytes)
        }
    }
}
