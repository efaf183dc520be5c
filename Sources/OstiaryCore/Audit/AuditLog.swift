// SPDX-License-Identifier: Apache-2.0

package import Logging
import Metrics

/// Writes committed audit entries as log lines, and counts them.
public struct AuditLog: Sendable {
    /// The part of the client's address that log lines show.
    public enum Addresses: String, Sendable, CaseIterable {
        case full
        /// `192.0.2.1/32`, `2001:db8::/64`
        case network
        case none
    }

    private let logger: Logger
    private let addresses: Addresses

    /// - Parameter logger: receives the lines.
    package init(logger: Logger, addresses: Addresses) {
        self.logger = logger
        self.addresses = addresses
    }

    /// Logs and counts the entries without waiting.
    package func write(_ entries: [AuditEntry]) {
        for entry in entries {
            logger.log(
                level: entry.event == .refreshTokenReplayed ? .warning : .info, "audit", metadata: metadata(entry))
            Counter(label: "ostiary_audit_events_total", dimensions: [("event", entry.event.rawValue)])
                .increment(by: entry.count)
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
        switch addresses {
        case .full: metadata["address"] = entry.address.map { "\($0)" }
        case .network: metadata["address"] = entry.network.map { "\($0)" }
        case .none: break
        }
        return metadata
    }
}
