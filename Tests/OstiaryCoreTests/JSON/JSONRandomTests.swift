// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryTestSupport
import Testing

/// What no list of examples covers: the reader meets arbitrary bytes, the writer arbitrary text.
@Suite struct JSONRandomTests {
    private static let documents = [
        #"{"email": "first@example.com", "password": "securepassword"}"#,
        #"[1,2.5,-0,1e3,-1.5E-7,true,false,null,"\u00e9\n\ud83d\ude00\ud800x"]"#,
        " {\"a\":{\"b\":[{},[],\"\"]},\"a\":\"пароль😀\u{2028}\"}\n",
    ].map { Array($0.utf8) }
    private static let alphabet = Array("{}[],:\"\\u0d8-.eE+1tn \n".utf8) + [0x00, 0x1F, 0xC3, 0xA9, 0xED, 0xF0, 0xFF]

    @Test func `no input traps the reader`() {
        var random = SeededGenerator(seed: 8259)
        var accepted = 0
        for round in 0..<100_000 {
            let document = round.isMultiple(of: 2) ? Self.mutated(&random) : Self.arbitrary(&random)
            do throws(JSONError) {
                let value = try JSONReader.read(document)
                var writer = JSONWriter()
                writer.write(value)
                let bytes = writer.bytes
                #expect(throws: Never.self) { try JSONReader.read(bytes) }
                accepted += 1
            } catch {
                if !(0...document.count).contains(error.offset) {
                    Issue.record("offset \(error.offset) outside \(document)")
                }
            }
        }
        #expect((1_000...90_000).contains(accepted))
    }

    @Test func `what is written is read back`() throws {
        var random = SeededGenerator(seed: 2_028)
        for _ in 0..<5_000 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0..<20, using: &random) {
                let limit: UInt32 = [0x30, 0x80, 0x3000, 0x11_0000].randomElement(using: &random) ?? 0x80
                text.append(Unicode.Scalar(UInt32.random(in: 0..<limit, using: &random)) ?? "\u{2029}")
            }
            let value = JSONValue.object([String(text): .array([.string(JSONString(String(text)))])])
            var writer = JSONWriter()
            writer.write(value)
            #expect(try JSONReader.read(writer.bytes) == value)
        }
    }

    private static func mutated(_ random: inout SeededGenerator) -> [UInt8] {
        var document = documents.randomElement(using: &random) ?? []
        for _ in 0..<Int.random(in: 1...3, using: &random) where !document.isEmpty {
            let index = Int.random(in: 0..<document.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: document[index] = UInt8.random(in: 0...255, using: &random)
            case 1: document.remove(at: index)
            case 2: document.insert(alphabet.randomElement(using: &random) ?? 0, at: index)
            default: document.removeSubrange((document.count - index / 8)...)
            }
        }
        return document
    }

    private static func arbitrary(_ random: inout SeededGenerator) -> [UInt8] {
        (0..<Int.random(in: 0..<12, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? 0 }
    }
}
