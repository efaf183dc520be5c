// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Closes a connection whose client is slow on purpose.
///
/// A request's head must be complete within ``Limits/head`` of its first byte (or of the connection's start), its body
/// within ``Limits/body`` of its head, however the bytes drip; an answer must be taken within ``Limits/answer``. A kept
/// connection may be silent for ``Limits/idle``.
final class ConnectionDeadlines {
    struct Limits: Sendable {
        var head: TimeAmount = .seconds(10)
        var body: TimeAmount = .seconds(30)
        var answer: TimeAmount = .seconds(30)
        var idle: TimeAmount = .seconds(75)
        /// For what a client still sends behind its last answer.
        var lingering: TimeAmount = .seconds(2)
    }

    enum Phase { case idle, head, body, answering, taking, lingering }

    private let limits: Limits
    /// Set as often as one likes: nothing is scheduled before ``settle(on:)``, and most requests come and go in between.
    var phase = Phase.idle { didSet { isSettled = false } }
    private var isSettled = false
    private var deadline: NIODeadline?
    private var timer: (at: NIODeadline, task: Scheduled<Void>)?

    init(_ limits: Limits) { self.limits = limits }

    func begin(_ phase: Phase, on channel: any Channel) {
        self.phase = phase
        settle(on: channel)
    }

    /// Lets the deadline of the phase begin, if it has not.
    func settle(on channel: any Channel) {
        guard !isSettled else { return }
        isSettled = true
        deadline = limit.map { .now() + $0 }
        arm(channel)
    }

    func end() {
        deadline = nil
        timer?.task.cancel()
        timer = nil
    }

    private var limit: TimeAmount? {
        switch phase {
        case .idle: limits.idle
        case .head: limits.head
        case .body: limits.body
        case .answering: nil
        case .taking: limits.answer
        case .lingering: limits.lingering
        }
    }

    /// A timer that is early looks again when it fires: moving one costs more than most requests may.
    private func arm(_ channel: any Channel) {
        guard let deadline else { return }
        if let timer, timer.at <= deadline { return }
        timer?.task.cancel()
        let task = channel.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
            self.timer = nil
            if let deadline = self.deadline, deadline <= .now() {
                channel.close(promise: nil)
            } else {
                self.arm(channel)
            }
        }
        timer = (deadline, task)
    }
}

@available(*, unavailable)
extension ConnectionDeadlines: Sendable {}
