// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryHTTP

extension ServerConfiguration {
    /// Secrets that may be guessed.
    var weakSecrets: [Finding] {
        let secrets = [("signing key", secretKey), ("root secret", rootSecret)]
        return secrets.filter { _, secret in secret.map { Set($0.reveal.utf8).count < 12 } == true }.map { name, _ in
            Finding(
                .warning, "weak_key", "The \(name) consists of a few repeated characters and may be guessed.",
                advice: "Generate one with: openssl rand -base64 48")
        }
    }

    /// Ways by which others can read or change what goes over the network, or pass for somebody else.
    var network: [Finding] {
        var findings: [Finding] = []
        func warn(_ code: String, if isFault: Bool, _ text: String, advice: String) {
            if isFault { findings.append(Finding(.warning, code, text, advice: advice)) }
        }
        let isBehindProxy = publicURL?.isSecure == true
        warn(
            "plain_http", if: !isReachedByHTTPS,
            "Passwords and tokens travel in plain text unless a proxy provides https for this server.",
            advice: """
                Give the server a certificate (--tls-cert, --tls-key), or put a TLS proxy in front and set its address: \
                --public-url https://…, --trusted-hops 1
                """)
        warn(
            "open_address", if: !isLocal && trustedHops == 0 && certificate == nil,
            "The server listens on \(listening) and treats every peer as the client.",
            advice: "Listen on 127.0.0.1 behind the proxy, or set --trusted-hops to the number of proxies.")
        warn(
            "no_trusted_hops",
            if: trustedHops == 0 && (listening.socketPath != nil || certificate == nil && isBehindProxy),
            """
            A proxy must stand in front, since clients come by https and the server has no certificate, but \
            --trusted-hops is 0: all clients count as the proxy, share its limits, and lock each other out.
            """,
            advice: "Set the number of proxies that each request passes: --trusted-hops 1")
        if let metricsAddress {
            warn(
                "public_metrics", if: Self.isPublic(metricsAddress.host),
                "Metrics are served on \(metricsAddress) without a login: whoever reaches that address can read them.",
                advice:
                    "Serve them on loopback or a private address: --metrics-address 127.0.0.1:\(metricsAddress.port)")
        }
        for origin in corsOrigins.map(\.description) where origin.hasBytePrefix("http://") {
            warn(
                "plain_origin", if: !ServerAddress.isLoopback(Self.host(ofOrigin: origin)),
                "Pages of \(origin) may read answers, and whoever is on their way through the network can change them.",
                advice: "Give the https origin to --cors-origin.")
        }
        for origin in gateOrigins.map(\.description) where origin.hasBytePrefix("http://") {
            warn(
                "plain_gate", if: !ServerAddress.isLoopback(Self.host(ofOrigin: origin)),
                "Browsers log in to \(origin) over http, and whoever is on their way through the network can take the pass.",
                advice: "Serve the application by https, and give that origin to --gate-origin.")
        }
        return findings
    }

    /// True if only this machine reaches the address.
    private var isLocal: Bool {
        listening.isLoopback
    }

    /// True for all addresses of the machine, and for one that is not private. Names are not looked up.
    private static func isPublic(_ host: String) -> Bool {
        IPAddress(host).map { $0.description == "::" || Network($0).isPublic } == true
    }

    /// The host without the port; an IPv6 address without its brackets.
    static func host(ofOrigin origin: String) -> String {
        let authority = origin.drop { $0 != "/" }.dropFirst(2)
        if authority.hasPrefix("[") { return String(authority.dropFirst().prefix { $0 != "]" }) }
        return String(authority.prefix { $0 != ":" })
    }
}
