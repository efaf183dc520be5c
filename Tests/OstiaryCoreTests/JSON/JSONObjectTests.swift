// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import Testing

@Suite struct JSONObjectTests {
    @Test(arguments: [3, 16, 17, 18, 1_000])
    func `keys are found and keep their order`(count: Int64) {
        var object = JSONObject()
        #expect(object.isEmpty)
        for value in 0..<count {
            #expect(object.updateValue(.number(JSONNumber(value)), forKey: "k\(value)") == nil)
        }
        #expect(object.updateValue(.null, forKey: "k1") == .number(JSONNumber(1)))
        #expect(object.members.map(\.key) == (0..<count).map { "k\($0)" })
        for value in 0..<count {
            #expect(object["k\(value)"] == (value == 1 ? .null : .number(JSONNumber(value))))
        }
        #expect(object["k\(count)"] == nil)
        #expect(object.count == Int(count))
    }

    @Test(arguments: [0, 20])
    func `keys are compared by code point`(others: Int) {
        var object = JSONObject()
        for other in 0..<others {
            object.updateValue(.null, forKey: "\(other)")
        }
        object.updateValue(.bool(true), forKey: "\u{E9}")
        #expect(object["e\u{301}"] == nil)
        #expect(object.updateValue(.bool(false), forKey: "e\u{301}") == nil)
        #expect(object["\u{E9}"] == .bool(true))
    }

    @Test func `equality looks at order and code points`() {
        #expect(["a": .null, "b": .null] as JSONObject != ["b": .null, "a": .null])
        #expect(["a": .null, "a": .bool(true)] as JSONObject == ["a": .bool(true)])
        #expect(["\u{E9}": .null] as JSONObject != ["e\u{301}": .null])
        #expect(JSONString("\u{E9}") != JSONString("e\u{301}"))
        #expect(JSONString("\u{FFFD}") != JSONString("\u{FFFD}", loneSurrogate: 0xD800))
    }

    @Test func `many keys take linear time`() throws {
        let keys = (0..<20_000).map { "\"k\($0)\":0" }.joined(separator: ",")
        let clock = ContinuousClock()
        // Quadratic comparison would take minutes here.
        let elapsed = try clock.measure {
            _ = try JSONReader.read("{\(keys)}".utf8)
        }
        #expect(elapsed < .seconds(5))
    }
}
