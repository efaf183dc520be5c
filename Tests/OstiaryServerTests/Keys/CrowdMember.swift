// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import OstiaryVerifierTestSupport
import Synchronization

/// The counts of a crowd, and its verifiers.
struct CrowdState {
    var isOver = false
    var hasFailed = false
    /// The key whose tokens may be refused.
    var revoked: String?
    /// The verifiers that follow the feed.
    var judges: [JudgePanel.Member] = []
    var refreshes = 0
    var checks: [String: Int] = [:]
    /// Of tokens of the revoked key.
    var refused = 0
    var algorithms: Set<String> = []
}

/// A client, with a connection to each server and to the application.
final class CrowdMember {
    private let nodes: [WireClient]
    private let application: WireClient
    private let introspector: ServiceClient
    private var tokens: Tokens
    private var round: Int

    init(_ ports: [UInt16], _ application: UInt16, _ introspector: ServiceClient, _ tokens: Tokens, _ index: Int) {
        nodes = ports.map { WireClient(port: $0) }
        self.application = WireClient(port: application)
        (self.introspector, self.tokens, round) = (introspector, tokens, index)
    }

    /// Refreshes at the next server, and shows the token to everybody.
    func turn(_ state: borrowing Mutex<CrowdState>) throws {
        round += 1
        let node = nodes[round % nodes.count]
        // A refresh that is refused is a logout, and throws.
        tokens = try Tokens(node.refresh(tokens.refresh))
        let token = try AccessToken(tokens.access)
        let (algorithm, key) = (token.headerMember("alg") ?? "", token.headerMember("kid"))
        var verdicts = try nodes.map { ("own", try $0.me(tokens.access).status == 200, "") }
        verdicts.append(("introspection", try isActive(at: nodes[(round + 1) % nodes.count]), ""))
        // They have no secret.
        if key != nil {
            let answer = try application.me(tokens.access)
            verdicts.append(("PyJWT", answer.status == 200, answer.text))
            for member in state.withLock({ $0.judges }) {
                let verdict = try verdict(of: member.judge)
                verdicts.append((member.name, verdict.hasPrefix("ok "), verdict))
            }
        }
        let failure = state.withLock { state -> String? in
            state.algorithms.insert(algorithm)
            for (verifier, isGood, reason) in verdicts {
                state.checks[verifier, default: 0] += 1
                guard !isGood else { continue }
                guard key != nil, key == state.revoked else { return "\(verifier) \(reason)" }
                state.refused += 1
            }
            state.refreshes += 1
            return nil
        }
        if let failure { throw Failure("a good token of \(algorithm) was refused: \(failure)") }
    }

    private func verdict(of judge: any Judge) throws -> String {
        if let program = judge as? ProgramJudge { return try program.judge(tokens.access) }
        let access = tokens.access
        return try blocking { try await judge.judge(access) }
    }

    private func isActive(at node: WireClient) throws -> Bool {
        let answer = try node.exchange(
            WireRequest(
                "POST", "/api/introspect/", [introspector.authorization], json: #"{"token":"\#(tokens.access)"}"#))
        guard answer.status == 200 else { throw Failure("no introspection: \(answer)") }
        return answer.text.contains(#""active":true"#)
    }
}
