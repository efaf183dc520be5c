// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

@testable import OstiaryRedis

@Suite("RESP decoder", .onItsOwnThread) struct RESPDecoderTests {
    private func decodeAll(_ bytes: some Sequence<UInt8>, _ limits: RESPLimits = RESPLimits()) throws -> [RESPValue] {
        var decoder = RESPDecoder(limits: limits)
        decoder.feed(Array(bytes))
        var values: [RESPValue] = []
        while let value = try decoder.next() { values.append(value) }
        return values
    }

    @Test("every value is read back, however its bytes are split")
    func roundTrip() throws {
        var random = SeededGenerator(seed: SeededGenerator.printedSeed("RESP values"))
        for _ in 0..<5_000 {
            var values = (0..<(1 + random.below(4))).map { _ in random.respValue() }
            if random.chance(3) { values.append(.push([.simple("invalidate"), .null])) }
            var decoder = RESPDecoder()
            var read: [RESPValue] = []
            for piece in random.pieces(of: values.flatMap(RESPWriter.bytes)) {
                decoder.feed(piece)
                while let value = try decoder.next() { read.append(value) }
            }
            #expect(read == values)
            #expect(try decoder.next() == nil)
        }
    }

    @Test(
        "both versions of the protocol",
        arguments: [
            ("$-1\r\n", RESPValue.null), ("*-1\r\n", .null), ("_\r\n", .null), ("*0\r\n", .array([])),
            ("$0\r\n\r\n", .bulk([])), (":+7\r\n", .integer(7)), (",nan\r\n", nil), (",10\r\n", .double(10)),
            ("!9\r\nERR a\r\nbc\r\n", .error("ERR a\r\nbc")), ("=4\r\ntxt:\r\n", .verbatim(format: "txt", [])),
            ("|1\r\n+key\r\n:1\r\n+OK\r\n", .simple("OK")), ("|0\r\n+OK\r\n", .simple("OK")),
            ("*2\r\n|1\r\n+k\r\n:1\r\n:2\r\n:3\r\n", .array([.integer(2), .integer(3)])),
        ] as [(String, RESPValue?)]
    )
    func known(text: String, value: RESPValue?) throws {
        let read = try decodeAll(text.utf8)
        #expect(read.count == 1)
        if let value { #expect(read == [value]) }
    }

    @Test(
        "malformed bytes are an error, and stay one",
        arguments: [
            ("x\r\n", .unknownType), ("+a\nb\r\n", .malformedLine), ("+a\rb\r\n", .malformedLine),
            (":\r\n", .malformedNumber), (":1a\r\n", .malformedNumber), (":9223372036854775808\r\n", .malformedNumber),
            (":-9223372036854775809\r\n", .malformedNumber), ("$-2\r\n", .malformedLength),
            ("$01\r\na\r\n", .malformedLength), ("$+1\r\na\r\n", .malformedLength), ("%-1\r\n", .malformedLength),
            ("$1\r\nab\r\n", .missingTerminator), ("#T\r\n", .malformedText), ("_ \r\n", .malformedText),
            ("=3\r\ntxt\r\n", .malformedText), (",0x1p3\r\n", .malformedNumber), (",infinity\r\n", .malformedNumber),
            ("(1.5\r\n", .malformedNumber), ("$?\r\n", .streamed), ("*?\r\n", .streamed), (";1\r\n", .streamed),
            ("*1\r\n>1\r\n", .nestedPush), ("$99999999999999999999\r\n", .malformedLength),
            ("$1048577\r\n", .tooLarge), ("*100001\r\n", .tooManyElements), ("%50001\r\n", .tooManyElements),
            ("%9223372036854775807\r\n", .tooManyElements),
        ] as [(String, RESPError)]
    )
    func malformed(text: String, error: RESPError) {
        var decoder = RESPDecoder()
        decoder.feed(Array(text.utf8))
        #expect(throws: error) { while try decoder.next() != nil {} }
        decoder.feed(Array("+OK\r\n".utf8))
        #expect(throws: error) { try decoder.next() }
    }

    @Test("every size has a bound")
    func bounds() throws {
        let limits = RESPLimits(bulk: 8, elements: 5, depth: 2, line: 10, reply: 60)
        #expect(try decodeAll("$8\r\n12345678\r\n".utf8, limits) == [.bulk(Array("12345678".utf8))])
        #expect(throws: RESPError.tooLarge) { try decodeAll("$9\r\n".utf8, limits) }
        #expect(throws: RESPError.tooManyElements) { try decodeAll("*6\r\n".utf8, limits) }
        #expect(throws: RESPError.tooManyElements) { try decodeAll("*3\r\n*3\r\n".utf8, limits) }
        #expect(try decodeAll("*1\r\n*1\r\n:1\r\n".utf8, limits) == [.array([.array([.integer(1)])])])
        #expect(throws: RESPError.tooDeep) { try decodeAll("*1\r\n*1\r\n*1\r\n".utf8, limits) }
        #expect(try decodeAll("+123456789\r\n".utf8, limits) == [.simple("123456789")])
        #expect(throws: RESPError.tooLarge) { try decodeAll("+12345678901".utf8, limits) }
        let part = "$8\r\n12345678\r\n"
        #expect(throws: RESPError.tooLarge) { try decodeAll("*5\r\n\(part)\(part)\(part)\(part)\(part)".utf8, limits) }
        // Attributes take no place in a reply, but they are counted.
        #expect(throws: RESPError.tooManyElements) {
            try decodeAll(String(repeating: "|0\r\n", count: 7).utf8, RESPLimits(elements: 5))
        }
    }

    @Test("a large reply that arrives byte by byte takes linear time")
    func byteByByte() throws {
        let reply = RESPWriter.bytes(.array((0..<20_000).map { .bulk(Array("value \($0)".utf8)) }))
        var decoder = RESPDecoder()
        var found: RESPValue?
        for byte in reply {
            decoder.feed(CollectionOfOne(byte))
            if let value = try decoder.next() { found = value }
        }
        #expect(found?.elements?.count == 20_000)
    }

    @Test("no bytes stop the decoder or make it grow", .timeLimit(.minutes(30)))
    func fuzz() throws {
        let count = TestScale.count(100_000)
        var random = SeededGenerator(seed: SeededGenerator.printedSeed("RESP bytes"))
        var (replies, refused) = (0, 0)
        var slowest = Duration.zero
        var memory = 0
        for round in 0..<count {
            let bytes = random.respBytes()
            let start = ContinuousClock.now
            let whole = decoded(CollectionOfOne(bytes[...]))
            slowest = max(slowest, ContinuousClock.now - start)
            #expect(whole == decoded(random.pieces(of: bytes)))
            replies += whole.values.count
            refused += whole.error == nil ? 0 : 1
            if round == count / 10 { memory = residentKiB() }
        }
        figure("RESP byte strings", count)
        figure("RESP replies read in them", replies)
        figure("RESP byte strings refused", refused)
        figure("RESP slowest byte string", slowest)
        figure("RESP growth of resident memory KiB", residentKiB() - memory)
        #expect(replies > count / 10 && refused > count / 10)
        #expect(slowest < .seconds(2))
        #expect(residentKiB() - memory < 256 * 1_024)
    }

    private struct Outcome: Equatable {
        var values: [String] = []
        var error: RESPError?
    }

    private func decoded(_ pieces: some Collection<ArraySlice<UInt8>>) -> Outcome {
        var decoder = RESPDecoder()
        var outcome = Outcome()
        do throws(RESPError) {
            for piece in pieces {
                decoder.feed(piece)
                // As text, because a NaN is not equal to itself.
                while let value = try decoder.next() { outcome.values.append("\(value)") }
            }
        } catch {
            outcome.error = error
        }
        return outcome
    }
}
