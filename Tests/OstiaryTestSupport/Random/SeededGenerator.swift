// SPDX-License-Identifier: Apache-2.0

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same sequence for the same seed everywhere.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// The seed of a run: from `OSTIARY_TEST_SEED`, else drawn. It is printed so that a red run can be repeated.
    package static func printedSeed(_ name: String) -> UInt64 {
        let chosen = environmentNumber("OSTIARY_TEST_SEED").map(UInt64.init(clamping:))
        let seed = chosen ?? UInt64.random(in: 1...UInt64(UInt32.max))
        figure("\(name) seed", seed)
        return seed
    }

    package mutating func pick<T>(_ values: [T]) -> T {
        values[Int.random(in: 0..<values.count, using: &self)]
    }

    package mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

    package mutating func chance(_ oneIn: Int) -> Bool { below(oneIn) == 0 }

    package mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
    }
}
