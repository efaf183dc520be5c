// SPDX-License-Identifier: Apache-2.0

/// An authority of the test's own, made by `openssl`.
package struct CertificateAuthority {
    package struct Certificate: Sendable {
        /// PEM files.
        package let file: String
        package let key: String
    }

    /// Its own certificate, which a client has to trust.
    package let file: String
    private let key: String
    private let directory: TemporaryDirectory
    private let openssl: String

    package init(in directory: TemporaryDirectory) throws {
        self.directory = directory
        openssl = try Executable.required("openssl", package: "openssl")
        (file, key) = (directory.file("authority.pem"), directory.file("authority.key"))
        try run(
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=authority of a test", "-keyout", key, "-out", file,
            ])
    }

    /// A certificate for a server, and no other one.
    /// - Parameter name: tells certificates for the same host apart.
    package func certificate(for host: String, name: String = "server", days: Int = 1) throws -> Certificate {
        let (request, certificate) = (directory.file("\(name).csr"), directory.file("\(name).pem"))
        let key = directory.file("\(name).key")
        try run(
            [
                "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
                "/CN=\(host)", "-addext", "subjectAltName=DNS:\(host)", "-keyout", key, "-out", request,
            ])
        try run(
            [
                "x509", "-req", "-in", request, "-CA", file, "-CAkey", self.key, "-CAcreateserial", "-days", "\(days)",
                "-copy_extensions", "copyall", "-out", certificate,
            ])
        return Certificate(file: certificate, key: key)
    }

    private func run(_ arguments: [String]) throws {
        let result = try CommandResult(openssl, arguments)
        guard result.exit == .code(0) else { throw Failure("openssl: \(result.stderr.suffix(500))") }
    }
}
