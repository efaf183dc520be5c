// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Closes a channel at a deadline that moves. A timer that fires early checks the deadline again, since moving a timer
/// costs more than most requests may.
final class ConnectionTimer {
    private var deadline: NIODeadline?
    private var timer: (at: NIODeadline, task: Scheduled<Void>)?

    /// - Parameter deadline: the new deadline; nil for none.
    func set(_ deadline: NIODeadline?, closing channel: any Channel) {
        self.deadline = deadline
        guard let deadline else { return }
        if let timer, timer.at <= deadline { return }
        timer?.task.cancel()
        let task = channel.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
            self.timer = nil
            if let deadline = self.deadline, deadline <= .now() {
                channel.close(promise: nil)
            } else {
                self.set(self.deadline, closing: channel)
            }
        }
        timer = (deadline, task)
    }

    func cancel() {
        deadline = nil
        timer?.task.cancel()
        timer = nil
    }
}

@available(*, unavailable)
extension ConnectionTimer: Sendable {}
