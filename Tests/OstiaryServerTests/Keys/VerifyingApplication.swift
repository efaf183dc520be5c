// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport

/// An application in Python that verifies by the public keys.
struct VerifyingApplication {
    let port: UInt16
    private let child: ChildProcess
    private let directory: TemporaryDirectory

    /// - Parameters:
    ///   - server: the port of the server whose keys it fetches.
    ///   - issuer: the `iss` of good tokens.
    ///   - audience: a name of their `aud`.
    ///   - seconds: the time for which it keeps them.
    init(at server: UInt16, issuer: String, audience: String, keeping seconds: Int) throws {
        let (directory, port) = (try TemporaryDirectory(), try FreePorts.next())
        let folder = #filePath.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
        let log = directory.file("log")
        let child = try ChildProcess(
            VerifierPython.path(),
            [
                "-B", "\(folder)/Drivers/application.py", "http://127.0.0.1:\(server)/.well-known/jwks.json", issuer,
                audience, "\(port)", "\(seconds)",
            ], environment: Executable.inheritedEnvironment, output: log, errors: log)
        let isReady: Bool? = waitUntil(30) {
            if child.exit() != nil { return false }
            return (try? WireConnection(port: port, timeout: 1)) == nil ? nil : true
        }
        guard isReady == true else { throw Failure("the application does not start: \(text(ofFile: log))") }
        (self.port, self.child, self.directory) = (port, child, directory)
    }

    /// The ids of its keys as JSON.
    func keys() throws -> String { try WireClient(port: port).exchange(WireRequest("GET", "/keys")).text }
}
