// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization

/// The seconds that the tests of each file took, printed at exit. The durations that Swift Testing prints for tests that
/// run beside others include the wait for their turn.
enum TestTimes {
    private static let times = Mutex<[String: Double]>([:])
    private static let printAtExit: Void = {
        atexit {
            for (file, seconds) in TestTimes.times.withLock({ $0 }).sorted(by: { $0.value > $1.value }) {
                print("time: \(file) \((seconds * 10).rounded() / 10) s")
            }
        }
    }()

    static func add(_ seconds: Double, to file: String) {
        _ = printAtExit
        times.withLock { $0[file, default: 0] += seconds }
    }
}
