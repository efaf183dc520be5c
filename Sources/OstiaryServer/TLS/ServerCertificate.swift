// SPDX-License-Identifier: Apache-2.0

import Glibc
import NIOCore
import NIOSSL
import OstiaryCore
import Synchronization

/// The PEM files for TLS.
public struct CertificateFiles: Sendable, Equatable {
    /// The path of the certificate chain: the server's certificate, then the intermediate certificates.
    public var certificate: String
    /// The path of the private key.
    public var key: String
}

/// The certificate of the server. It can be replaced while the server runs; the next handshake uses the new one.
final class ServerCertificate: Sendable {
    private struct Pair: Sendable {
        let chain: [NIOSSLCertificateSource]
        let key: NIOSSLPrivateKeySource
        let end: Int

        /// TLS 1.2 and later, with forward secrecy and authenticated encryption only (RFC 9325 §3.1.1, §4.2).
        var configuration: TLSConfiguration {
            var configuration = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: key)
            configuration.minimumTLSVersion = .tlsv12
            configuration.cipherSuites = "ECDHE+AESGCM:ECDHE+CHACHA20"
            configuration.applicationProtocols = ["http/1.1"]
            return configuration
        }
    }

    private let files: CertificateFiles
    private let current: Mutex<Pair>

    /// Reads the files. Blocks.
    /// - Throws: ``StartError``.
    init(_ files: CertificateFiles) throws(StartError) {
        self.files = files
        self.current = Mutex(try Self.read(files))
    }

    /// Reads the files again. After an error the old certificate stays in use. Blocks.
    /// - Throws: ``StartError``.
    func reload() throws(StartError) {
        let read = try Self.read(files)
        current.withLock { $0 = read }
    }

    /// The Unix time at which the first certificate of the chain expires.
    var end: Int { current.withLock { $0.end } }

    var configuration: TLSConfiguration {
        var configuration = current.withLock { $0 }.configuration
        configuration.sslContextCallback = { [self] _, promise in
            let pair = current.withLock { $0 }
            var override = NIOSSLContextConfigurationOverride()
            override.certificateChain = pair.chain
            override.privateKey = pair.key
            promise.succeed(override)
        }
        return configuration
    }

    /// The end of the validity of the server's own certificate, the first of the chain. Blocks.
    /// - Throws: ``StartError`` if a server cannot use the files.
    static func expiry(of files: CertificateFiles) throws(StartError) -> Timestamp {
        _ = try read(files)
        guard let own = try? NIOSSLCertificate.fromPEMFile(files.certificate).first else {
            throw .certificate(files.certificate, reason: "it holds no certificate")
        }
        return Timestamp(seconds: Int64(own.notValidAfter))
    }

    private static func read(_ files: CertificateFiles) throws(StartError) -> Pair {
        for file in [files.certificate, files.key] {
            // Reading a pipe would block for ever.
            var status = stat()
            guard stat(file, &status) != 0 || status.st_mode & S_IFMT == S_IFREG else {
                throw .certificate(file, reason: "it is not a regular file")
            }
        }
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMFile(files.certificate)
        } catch {
            throw .certificate(files.certificate, reason: "it cannot be read, or is not PEM")
        }
        let key: NIOSSLPrivateKeySource
        do {
            key = .privateKey(try NIOSSLPrivateKey(file: files.key, format: .pem))
        } catch {
            throw .certificate(files.key, reason: "it cannot be read, or is not PEM without a passphrase")
        }
        let pair = Pair(
            chain: chain.map { .certificate($0) }, key: key, end: chain.map { Int($0.notValidAfter) }.min() ?? 0)
        do {
            _ = try NIOSSLContext(configuration: pair.configuration)
        } catch {
            throw .certificate(files.certificate, reason: "the key in \(files.key) does not belong to it")
        }
        return pair
    }
}
