// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// How long a connection waits for its client.
///
/// A request's head must be complete within ``head`` of its first byte (or of the connection's start), its body within
/// ``body`` of its head, however the bytes drip. These limits end connections whose client is slow on purpose.
struct ConnectionLimits: Sendable {
    var head: TimeAmount = .seconds(10)
    var body: TimeAmount = .seconds(30)
    /// Until the client has taken an answer.
    var answer: TimeAmount = .seconds(30)
    /// Between two requests of a kept connection.
    var idle: TimeAmount = .seconds(75)
    /// For bytes that a client still sends behind its last answer.
    var lingering: TimeAmount = .seconds(2)
}

/// The one thing that a connection waits for.
enum ConnectionPhase {
    case idle, head, body
    /// The server is at work; the client is not waited for.
    case responding
    /// The client has not taken the answer yet.
    case writing
    case lingering
}

extension ConnectionLimits {
    /// - Returns: nil where the connection does not wait for its client.
    func limit(of phase: ConnectionPhase) -> TimeAmount? {
        switch phase {
        case .idle: idle
        case .head: head
        case .body: body
        case .responding: nil
        case .writing: answer
        case .lingering: lingering
        }
    }
}
