// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Holds the lines of one repeated fault to one in each pause, with the number of those that were left out.
///
/// The first line is written at once. The last one of those that follow within a pause is written at its end, so no
/// count is lost; a fault is forgotten after a pause without it.
final class RepeatedFaults: Sendable {
    /// Makes the line of a fault.
    /// - Parameter repeated: the number of lines that were left out before it.
    typealias Line = @Sendable (_ repeated: Int) -> [UInt8]

    private struct Held {
        var count = 0
        var last: Line?
    }

    /// The most faults that are known apart. Further ones count as one.
    static let capacity = 64
    private static let others: [UInt8] = []

    private let held = Mutex<[[UInt8]: Held]>([:])
    private let pause: Duration
    private let write: @Sendable ([UInt8]) -> Void

    /// - Parameters:
    ///   - pause: the least time between two lines of one fault.
    ///   - write: writes a line without waiting.
    init(pause: Duration, write: @escaping @Sendable ([UInt8]) -> Void) {
        self.pause = pause
        self.write = write
    }

    /// Writes the line of a fault now, or a later one of the same fault at the end of the pause.
    /// - Parameter fault: the bytes by which the fault is known again.
    func note(_ fault: [UInt8], _ line: @escaping Line) {
        let begun: [UInt8]? = held.withLock { held in
            let key = held[fault] != nil || held.count < Self.capacity ? fault : Self.others
            guard held[key] != nil else {
                held[key] = Held()
                return key
            }
            held[key]?.count += 1
            held[key]?.last = line
            return nil
        }
        guard let begun else { return }
        write(line(0))
        Task { [self] in
            repeat { try? await Task.sleep(for: pause) } while writeHeld(begun)
        }
    }

    /// Writes the lines that are held back, at the end of the process.
    func writeAll() {
        let faults = held.withLock { Array($0.keys) }
        for fault in faults { _ = writeHeld(fault) }
    }

    /// - Returns: false if the fault did not occur since the last line; it is forgotten then.
    private func writeHeld(_ fault: [UInt8]) -> Bool {
        let last: (line: Line, count: Int)? = held.withLock { held in
            guard let known = held[fault], let line = known.last else {
                held[fault] = nil
                return nil
            }
            held[fault] = Held()
            return (line, known.count)
        }
        guard let last else { return false }
        write(last.line(last.count - 1))
        return true
    }
}
