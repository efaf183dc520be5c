// SPDX-License-Identifier: Apache-2.0

package import Logging
import Metrics

/// Writes committed audit entries as log lines, and counts them.
public struct AuditLog: Sendable {
    /// The part of the client's address that log lines show.
    public enum Addresses: String, Sendable, CaseIterable {
        /// The whole address.
        case full
        /// `192.0.2.1/32`, `2001:db8::/64`
        case network
        /// No part of the address.
        case none

        /// The part of an address that a line shows; nil to show nothing.
        package func shown(_ address: IPAddress?) -> String? {
            switch self {
            case .full: address?.description
            case .network: address.map { Network($0).description }
            case .none: nil
            }
        }
    }

    /// The message of each line. The log leaves none of them out.
    package static let message = "audit"

    private let logger: Logger
    private let addresses: Addresses
    private let counters = Dictionary(
        AuditEvent.all.map { ($0, Metric.auditEvents.counter($0.rawValue)) }, uniquingKeysWith: { first, _ in first })

    /// - Parameter logger: receives the lines.
    package init(logger: Logger, addresses: Addresses) {
        self.logger = logger
        self.addresses = addresses
    }

    /// Logs and counts the entries without waiting.
    package func write(_ entries: [AuditEntry]) {
        for entry in entries {
            logger.log(
                level: entry.event == .refreshTokenReplayed ? .warning : .info, "\(Self.message)",
                metadata: metadata(entry))
            // An application may have events of its own.
            let counter = counters[entry.event] ?? Metric.auditEvents.counter(entry.event.rawValue)
            counter.increment(by: entry.count)
        }
    }

    /// The names of the changed fields without their values, which are personal data.
    private func metadata(_ entry: AuditEntry) -> Logger.Metadata {
        var metadata: Logger.Metadata = ["event": "\(entry.event)", "actor": "\(entry.actor)"]
        metadata["request"] = entry.request.map { "\($0)" }
        metadata["user"] = entry.user.map { "\($0)" }
        metadata["session"] = entry.session.map { "\($0)" }
        metadata["cause"] = entry.cause.map { "\($0)" }
        metadata["object"] = entry.object.map { "\($0)" }
        if !entry.changes.isEmpty {
            metadata["changed"] = "\(entry.changes.map(\.name).joined(separator: ","))"
        }
        if entry.count != 1 { metadata["count"] = "\(entry.count)" }
        metadata["address"] = addresses.shown(entry.address).map { "\($0)" }
        return metadata
    }
}
