// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryTestSupport

/// HAProxy with the file of one public key.
final class HAProxy: TokenProgram {
    let name: String
    private let port: UInt16
    private let child: ChildProcess

    /// - Parameters:
    ///   - pem: the output of `ostiary keys export-public --pem`.
    ///   - application: the port of what stands behind it.
    init(_ pem: String, _ algorithm: KeyAlgorithm, before application: UInt16, in folder: TemporaryDirectory) throws {
        let program = try UnpackedPackages.path("haproxy", "usr/sbin/haproxy")
        let libraries = try UnpackedPackages.libraries([
            "liblua5.3-0", "libopentracing-c-wrapper0", "libopentracing1",
        ])
        let environment = ["LD_LIBRARY_PATH": libraries]
        let told = try CommandResult(program, ["-v"], environment: environment).stdout
        guard let version = told.firstMatch(of: #/version (\d+\.\d+)/#)?.output.1 else { throw Failure(told) }
        name = "HAProxy \(version)"
        port = try FreePorts.next()
        let (key, log) = (folder.file("\(algorithm.rawValue).pem"), folder.file("haproxy-\(algorithm.rawValue).log"))
        var file = try ProgramFile("haproxy", under: "HAProxy")
        try file.replace("bind :8080", by: "bind 127.0.0.1:\(port)")
        try file.replace("127.0.0.1:9000", by: "127.0.0.1:\(application)")
        try file.replace("/etc/haproxy/ostiary.pem", by: key)
        try file.replace("ES256", by: algorithm.rawValue)
        let defaults = "defaults\n  mode http\n  timeout connect 5s\n  timeout client 30s\n  timeout server 30s\n"
        let configuration = folder.file("haproxy-\(algorithm.rawValue).cfg")
        try writeFile(pem, to: key)
        try writeFile(defaults + file.text, to: configuration)
        child = try ChildProcess(
            program, ["-db", "-f", configuration], environment: environment, output: log, errors: log)
        let isReady: Bool? = waitUntil(20) { [child, port] in
            if child.exit() != nil { return false }
            return (try? WireConnection(port: port, timeout: 1)) == nil ? nil : true
        }
        guard isReady == true else { throw Failure("HAProxy: \(text(ofFile: log).suffix(2_000))") }
    }

    func accepts(_ token: String) throws -> Bool {
        let answer = try WireClient(port: port).exchange(
            WireRequest("GET", "/healthz", [("Authorization", "Bearer \(token)")]))
        guard [200, 401].contains(answer.status) else { throw Failure("HAProxy: \(answer)") }
        return answer.status == 200
    }
}
