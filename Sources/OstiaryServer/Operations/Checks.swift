// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryCore

/// A fault of an installation, with its remedy.
package struct Finding: Sendable, Equatable {
    package enum Level: String, Sendable { case error, warning }

    package let level: Level
    /// A stable code, for scripts.
    package let code: String
    package let text: String
    package let advice: String
}

extension Installation {
    /// The faults that keep a server from working.
    package func findings() async throws -> [Finding] {
        var findings: [Finding] = []
        let pending = try await pendingMigrations()
        if !pending.isEmpty {
            findings.append(
                Finding(
                    level: .error, code: "pending_migrations",
                    text: "The database lacks migrations: \(pending.joined(separator: ", ")).",
                    advice: "Run: ostiary migrate"
                )
            )
        }
        if configuration.throttling == .off {
            findings.append(
                Finding(
                    level: .warning, code: "throttling_off",
                    text: "Throttling is off: passwords can be guessed without any limit.",
                    advice: "Turn --throttling (OSTIARY_THROTTLING) on, and adjust the rates: ostiary settings list"
                )
            )
        }
        for warning in configuration.warnings {
            findings.append(
                Finding(level: .warning, code: "unknown_variable", text: warning + ".", advice: "Correct or delete it.")
            )
        }
        return findings
    }

    /// The faults that make an installation unfit for the open network.
    package func deploymentFindings() -> [Finding] {
        var findings: [Finding] = []
        if let key = configuration.secretKey, Set(key.reveal.utf8).count < 12 {
            findings.append(
                Finding(
                    level: .warning, code: "weak_key",
                    text: "The signing key consists of a few repeated characters and may be guessed.",
                    advice: "Generate a key with: openssl rand -base64 48"
                )
            )
        }
        if configuration.certificate == nil, configuration.publicURL?.hasPrefix("https://") != true {
            findings.append(
                Finding(
                    level: .warning, code: "plain_http",
                    text: "Passwords and tokens travel in plain text unless a proxy provides https for this server.",
                    advice: """
                        Give the server a certificate (--tls-cert, --tls-key), or put a TLS proxy in front and set its \
                        address: --public-url https://…, --trusted-hops 1
                        """
                )
            )
        }
        if !["127.0.0.1", "::1", "localhost"].contains(configuration.host), configuration.trustedHops == 0,
            configuration.certificate == nil
        {
            findings.append(
                Finding(
                    level: .warning, code: "open_address",
                    text: "The server listens on \(configuration.host) and treats every peer as the client.",
                    advice: "Listen on 127.0.0.1 behind the proxy, or set --trusted-hops to the number of proxies."
                )
            )
        }
        if configuration.trustedHops == 0, configuration.certificate == nil,
            configuration.publicURL?.hasBytePrefix("https://") == true
        {
            findings.append(
                Finding(
                    level: .warning, code: "no_trusted_hops",
                    text: """
                        A proxy must stand in front, since clients come by https and the server has no certificate, but \
                        --trusted-hops is 0: all clients count as the proxy, share its limits, and lock each other out.
                        """,
                    advice: "Set the number of proxies that each request passes: --trusted-hops 1"
                )
            )
        }
        return findings
    }
}
