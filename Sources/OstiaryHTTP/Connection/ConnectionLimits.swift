// SPDX-License-Identifier: Apache-2.0

package import NIOCore

/// The time limits of a connection that waits for its client.
///
/// A request's head must be complete within ``head`` of its first byte (or of the connection's start), and its body
/// within ``body`` of its head, whatever the pace of the bytes. The limits end connections whose client is slow on
/// purpose.
package struct ConnectionLimits: Sendable {
    var head: TimeAmount = .seconds(10)
    var body: TimeAmount = .seconds(30)
    /// The time until the client has taken an answer.
    var answer: TimeAmount = .seconds(30)
    /// The time between two requests of a kept connection.
    var idle: TimeAmount = .seconds(75)
    /// The time for bytes that a client still sends after its last answer.
    var lingering: TimeAmount = .seconds(2)
}

extension ConnectionLimits {
    /// The limits of clients.
    package static let usual = ConnectionLimits()

    /// The usual limits, with another one for an answer.
    package static func answered(within time: TimeAmount) -> ConnectionLimits { ConnectionLimits(answer: time) }
}

/// The event that a connection waits for.
enum ConnectionPhase {
    case idle, head, body
    /// The server is at work and does not wait for the client.
    case responding
    /// The client has not taken the answer yet.
    case writing
    case lingering
}

extension ConnectionLimits {
    /// - Returns: the limit; nil if the connection does not wait for its client in this phase.
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
