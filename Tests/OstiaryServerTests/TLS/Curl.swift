// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport

/// A TLS client that is not ours.
struct Curl {
    let trusting: String
    let host: String
    var version: String?

    struct Answer {
        let status: Int
        let body: String
    }

    /// - Returns: nil when there is no answer, whatever the reason.
    func exchange(_ port: UInt16, _ path: String, _ more: [String] = []) throws -> Answer? {
        let curl = try Executable.required("curl", package: "curl")
        let arguments =
            [
                "--silent", "--cacert", trusting, "--resolve", "\(host):\(port):127.0.0.1", "--max-time", "10",
                "--write-out", "\n%{http_code}",
            ] + (version.map { ["--tls-max", $0] } ?? []) + more + ["https://\(host):\(port)\(path)"]
        let result = try CommandResult(curl, arguments)
        guard result.exit == .code(0) else { return nil }
        let lines = result.stdout.split(separator: "\n", omittingEmptySubsequences: false)
        guard let status = lines.last.flatMap({ Int($0) }) else { return nil }
        return Answer(status: status, body: lines.dropLast().joined(separator: "\n"))
    }

    func post(_ port: UInt16, _ path: String, json: String) throws -> Answer? {
        try exchange(port, path, ["--header", "Content-Type: application/json", "--data", json])
    }
}
