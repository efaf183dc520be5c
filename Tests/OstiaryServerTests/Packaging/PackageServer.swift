// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport

/// A server in a network of its own, asked by the curl of this machine.
struct PackageServer {
    let curl: (_ arguments: [String], _ input: String) throws -> CommandResult
    let address: String

    struct Answer {
        var status: Int
        var body: String

        func member(_ name: String) -> String? {
            body.matches(of: #/"(?<name>\w+)":"(?<value>[^"]*)"/#).first { $0.output.name == name }
                .map { String($0.output.value) }
        }
    }

    func ask(_ method: String, _ path: String, json: String? = nil, bearer: String? = nil) throws -> Answer {
        var arguments = ["curl", "--silent", "--show-error", "--max-time", "30", "-X", method, "-w", "\n%{http_code}"]
        if json != nil { arguments += ["-H", "Content-Type: application/json", "--data-binary", "@-"] }
        if let bearer { arguments += ["-H", "Authorization: Bearer \(bearer)"] }
        let result = try curl(arguments + [address + path], json ?? "")
        let end = result.stdout.lastIndex(of: "\n") ?? result.stdout.startIndex
        guard result.exit == .code(0), let status = Int(result.stdout[end...].dropFirst()) else {
            throw Failure("\(method) \(path): \(result)")
        }
        return Answer(status: status, body: String(result.stdout[..<end]))
    }

    /// Registers an account and logs it in.
    /// - Returns: the answer of the login.
    func session(_ email: String) throws -> Answer {
        let json = #"{"email":"\#(email)","password":"\#(WireClient.password)"}"#
        let registered = try ask("POST", "/api/register/", json: json)
        guard registered.status == 200 else { throw Failure("\(registered)") }
        return try ask("POST", "/api/login/", json: json)
    }

    func refresh(_ token: String) throws -> Answer {
        try ask("POST", "/api/refresh/", json: #"{"refresh_token":"\#(token)"}"#)
    }
}
