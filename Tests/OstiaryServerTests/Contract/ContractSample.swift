// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import Testing

/// One recorded request and what the service must answer. `<…>` in either stands for what differs from run to run.
struct ContractSample: Codable, Sendable, CustomTestStringConvertible {
    /// What must be so before the request is sent. The users are `first`, `second` … of the sample's own domain.
    enum Need: String, Codable {
        case first, second, third
        case unicode
        case login
        case secondLogin = "second login"
        case named = "first named bob"
        case named2 = "first named bob2"
        case namedSame = "first named same"
        case renamed = "first renamed"
        case refreshed
        case loggedOut = "logged out"
        case expired
        case secondInactive = "second inactive"
    }

    let `case`: String
    let needs: [Need]
    let method: String
    let path: String
    let headers: [[String]]
    let body: String?
    var status: Int
    let allow: String
    let type: String
    var answer: String

    var testDescription: String { self.case }

    /// The samples, one JSON object a line in the file beside this one; none when it cannot be read.
    static let all: [ContractSample] = {
        let folder = #filePath.prefix(upTo: #filePath.lastIndex(of: "/") ?? #filePath.startIndex)
        let decoder = JSONDecoder()
        return text(ofFile: "\(folder)/samples.jsonl").split(separator: "\n").compactMap {
            try? decoder.decode(ContractSample.self, from: Data($0.utf8))
        }
    }()

    /// The request with every placeholder replaced.
    func request(_ values: [String: String]) throws -> WireRequest {
        let headers = self.headers.map { ($0[0], filled($0[1], values)) }
        return WireRequest(method, path, headers, body: try body.map { try bytes(filled($0, values)) })
    }

    func filled(_ text: String, _ values: [String: String]) -> String {
        values.reduce(text) { $0.replacing($1.key, with: $1.value) }
    }

    private func bytes(_ text: String) throws -> [UInt8] {
        guard text.hasPrefix("base64:") else { return Array(text.utf8) }
        guard let bytes = Base64URL.decode(String(text.dropFirst(7))) else {
            throw Failure("bad base64 in \(self.case)")
        }
        return bytes
    }
}
