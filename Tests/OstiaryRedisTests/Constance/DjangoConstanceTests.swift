// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryTestSupport
import Testing

/// The same values under real Django and django-constance on a real Redis. One process, one Redis, hence one by one.
@Suite(.serialized, .onItsOwnThread) struct DjangoConstanceTests {
    private static let sharedRedis = Result { try RedisServer() }
    private static let sharedDjango = Result { try DjangoProject(sharedRedis.get()) }

    private let django: DjangoProject
    private let redis: RedisWire

    init() throws {
        django = try Self.sharedDjango.get()
        redis = try Self.sharedRedis.get().connection()
        // What one test wrote must not be what the next one reads.
        try redis.command("FLUSHALL")
    }

    @Test(arguments: ConstanceSample.all)
    func whatDjangoWritesIsReadHere(sample: ConstanceSample) throws {
        try django.evaluate("setattr(config, '\(sample.name)', \(sample.python))")
        let stored = try #require(try redis.get(sample.key))
        #expect(stored == sample.stored)
        switch try #require(sample.meaning) {
        case .value(let value):
            #expect(try ConstanceCodec.decode(stored) == value)
            #expect(try ConstanceCodec.encode(value) == stored)
        case .rewritten(let value): #expect(try ConstanceCodec.decode(stored) == value)
        case .default: #expect(try ConstanceCodec.decode(stored) == nil)
        case .refused(let error): #expect(throws: error) { try ConstanceCodec.decode(stored) }
        }
    }

    @Test(arguments: ConstanceSample.all.filter { $0.writable != nil })
    func whatIsWrittenHereDjangoReads(sample: ConstanceSample) throws {
        try redis.set(sample.key, ConstanceCodec.encode(#require(sample.writable)))
        // A stored null is the default over there; that of this setting is a text.
        let expected = sample.name == "NONE" ? "'the default'" : sample.readBack
        #expect(try django.evaluate("config.\(sample.name)") == expected)
    }

    @Test func readingThereWritesTheDefaultBack() throws {
        #expect(try redis.get("constance:REFRESH_TOKEN_LIFETIME") == nil)
        #expect(try django.evaluate("config.REFRESH_TOKEN_LIFETIME") == "2592000")
        let stored = try #require(try redis.get("constance:REFRESH_TOKEN_LIFETIME"))
        #expect(try ConstanceCodec.decode(stored) == .integer(2_592_000))
    }

    @Test func theCommandOverThereIsReadHere() throws {
        let set = try django.manage("constance", "set", "ACCESS_TOKEN_LIFETIME", "600")
        #expect(set.exit == .code(0))
        #expect(set.stdout.isEmpty && set.stderr.isEmpty)
        let stored = try #require(try redis.get("constance:ACCESS_TOKEN_LIFETIME"))
        #expect(try ConstanceCodec.decode(stored) == .integer(600))
        #expect(try ConstanceCodec.encode(.integer(600)) == stored)

        try redis.set("constance:ACCESS_TOKEN_LIFETIME", ConstanceCodec.encode(.integer(900)))
        let get = try django.manage("constance", "get", "ACCESS_TOKEN_LIFETIME")
        #expect(get.exit == .code(0) && get.stdout == "900\n")
    }

    /// Read there and written again there, a random value has to be the same bytes.
    @Test func randomValuesAreSpelledAsThere() throws {
        var random = SeededGenerator(seed: SeededGenerator.printedSeed("constance spelling"))
        for _ in 0..<20 {
            let texts = try (0..<200).map { _ in
                String(decoding: try ConstanceCodec.encode(random.constanceValue()), as: UTF8.self)
            }
            let respelled = try django.evaluate("[x for x in \(pythonList(texts)) if dumps(loads(x)) != x][:3]")
            #expect(respelled == "[]")
        }
    }

    @Test func floatsAreSpelledAsThere() throws {
        var random = SeededGenerator(seed: SeededGenerator.printedSeed("constance floats"))
        for _ in 0..<10 {
            let texts = try (0..<1000).map { _ in
                String(decoding: try ConstanceCodec.encode(.float(random.finiteDouble())), as: UTF8.self)
            }
            let respelled = try django.evaluate("[x for x in \(pythonList(texts)) if dumps(loads(x)) != x][:3]")
            #expect(respelled == "[]")
        }
    }

    /// Whatever is accepted here is accepted there, and written again here it is still the same value there.
    @Test func strangeSpellingsMeanTheSameThere() throws {
        var random = SeededGenerator(seed: SeededGenerator.printedSeed("constance spellings read"))
        var pairs: [(read: [UInt8], written: [UInt8])] = []
        for _ in 0..<20_000 {
            let bytes = random.constanceBytes()
            guard let value = try? ConstanceCodec.decode(bytes) else { continue }
            guard let written = try? ConstanceCodec.encode(value) else { continue }
            pairs.append((bytes, written))
        }
        figure("constance spellings compared", pairs.count)
        #expect(pairs.count > 1000)
        try django.evaluate(
            """
            def differs(read, written):
                try:
                    return loads(bytes.fromhex(read)) != loads(bytes.fromhex(written))
                except Exception as error:
                    return repr(error)
            """)
        for start in stride(from: 0, to: pairs.count, by: 500) {
            let batch = pairs[start..<min(start + 500, pairs.count)].map { "('\(hex($0.read))', '\(hex($0.written))')" }
            let different = try django.evaluate(
                "[(bytes.fromhex(a), differs(a, b)) for a, b in [\(batch.joined(separator: ", "))] if differs(a, b)][:3]"
            )
            #expect(different == "[]")
        }
    }

    private func pythonList(_ texts: [String]) -> String {
        "[bytes.fromhex(x).decode() for x in '\(texts.map { hex(Array($0.utf8)) }.joined(separator: " "))'.split()]"
    }

    private func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
