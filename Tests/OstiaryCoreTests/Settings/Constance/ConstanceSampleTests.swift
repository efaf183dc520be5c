// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryTestSupport
import Testing

@Suite struct ConstanceSampleTests {
    @Test func thereAre34() {
        #expect(ConstanceSample.all.count == 34)
    }

    @Test(arguments: ConstanceSample.all)
    func isReadAndWrittenAsTheSameBytes(sample: ConstanceSample) throws {
        switch try #require(sample.meaning) {
        case .value(let value):
            #expect(try ConstanceCodec.decode(sample.stored) == value)
            #expect(try ConstanceCodec.encode(value) == sample.stored)
        case .rewritten(let value):
            #expect(try ConstanceCodec.decode(sample.stored) == value)
            let prefix = Array(#"{"__type__": "default", "__value__": "#.utf8)
            #expect(try ConstanceCodec.encode(value) == prefix + sample.stored + Array("}".utf8))
        case .default:
            #expect(try ConstanceCodec.decode(sample.stored) == nil)
            #expect(try ConstanceCodec.encode(.null) == sample.stored)
        case .refused(let error):
            #expect(throws: error) { try ConstanceCodec.decode(sample.stored) }
        }
    }
}
