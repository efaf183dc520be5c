// SPDX-License-Identifier: Apache-2.0

import Glibc

/// How much longer random tests run than in a usual run: `OSTIARY_TEST_SCALE`, 1 unless it is given.
package enum TestScale {
    package static let factor: Double = {
        let given = getenv("OSTIARY_TEST_SCALE").flatMap { Double(String(cString: $0)) } ?? 1
        return given > 0 && given.isFinite ? given : 1
    }()

    /// Whether that is explored, too, which takes too long for every run.
    package static var isLong: Bool { factor > 1 }

    /// - Parameter base: the count of a usual run.
    package static func count(_ base: Int) -> Int { max(1, Int(Double(base) * factor)) }
}
