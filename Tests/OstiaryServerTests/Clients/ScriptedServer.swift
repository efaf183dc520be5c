// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryCore
import OstiaryTestSupport
import Synchronization

/// A server on loopback that answers each `POST /api/refresh/` as it was told, in turn; afterwards, and to everything
/// else, with 200 and a new pair.
final class ScriptedServer: Sendable {
    struct Refresh: Sendable, Hashable {
        let token: String
        let key: String
    }

    let port: UInt16
    private let listener: ListeningSocket
    private let state: Mutex<State>

    private struct State {
        var script: ArraySlice<String>
        var refreshes: [(Refresh, at: ContinuousClock.Instant)] = []
        var pairs = 0
    }

    /// - Parameter script: whole answers as bytes of the wire; after each the connection ends.
    init(_ script: [String]) throws {
        state = Mutex(State(script: script[...]))
        port = try FreePorts.next()
        listener = try ListeningSocket(port: port)
        let started = DedicatedThread { [weak self, descriptor = listener.descriptor] in
            while case let client = accept(descriptor, nil, nil), client >= 0 {
                if let request = ProxiedRequest(from: client), let answer = self?.answer(request) {
                    _ = Array(answer.utf8).withUnsafeBytes {
                        send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                    }
                }
                close(client)
            }
        }
        guard started != nil else { throw Failure("no thread") }
    }

    deinit {
        shutdown(listener.descriptor, Int32(SHUT_RDWR))
        listener.close()
    }

    /// What was presented so far, and when.
    var refreshes: [(Refresh, at: ContinuousClock.Instant)] { state.withLock { $0.refreshes } }

    static func answer(_ status: String, _ body: String, _ headers: String = "") -> String {
        "HTTP/1.1 \(status)\r\n\(headers)Connection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private func answer(_ request: ProxiedRequest) -> String {
        let text = String(decoding: request.bytes, as: UTF8.self)
        return state.withLock { state in
            if text.hasPrefix("POST /api/refresh/ ") {
                let lines = text.split(separator: "\r\n")
                let key = lines.first { $0.lowercased().hasPrefix("idempotency-key: ") }?.dropFirst(17) ?? ""
                let token = lines.last?.split(separator: "\"").dropLast().last ?? ""
                state.refreshes.append((Refresh(token: String(token), key: String(key)), .now))
                if let told = state.script.popFirst() { return told }
            }
            state.pairs += 1
            let pair = "{\"access_token\":\"access\(state.pairs)\",\"refresh_token\":\"refresh\(state.pairs)\"}"
            return Self.answer("200 OK", pair)
        }
    }
}
