// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOSSL

/// TLS with a mail server whose certificate is verified (RFC 8314 §4.4).
struct SMTPSecurity: Sendable {
    private let context: NIOSSLContext
    /// nil for an IP address, which TLS does not take as a server name; NIOSSL compares it with the certificate itself.
    private let serverName: String?

    /// Reads the trusted certificates. Blocks.
    /// - Throws: ``MailURLError`` if they cannot be read.
    init(_ endpoint: SMTPEndpoint) throws(MailURLError) {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .fullVerification
        configuration.minimumTLSVersion = .tlsv12
        if let file = endpoint.trustRootsFile { configuration.trustRoots = .file(file) }
        // A server that hangs does not answer the close of TLS either.
        configuration.shutdownTimeout = .milliseconds(500)
        do {
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw MailURLError("the trusted certificates cannot be read; check the file that ca= names")
        }
        let isAddress = (try? SocketAddress(ipAddress: endpoint.host, port: 0)) != nil
        serverName = isAddress ? nil : endpoint.host
    }

    /// A handler for one connection.
    func handler() throws -> NIOSSLClientHandler {
        try NIOSSLClientHandler(context: context, serverHostname: serverName)
    }
}
