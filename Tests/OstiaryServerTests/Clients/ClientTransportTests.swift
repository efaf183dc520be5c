// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryClient
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// The transport of the library for Swift, before servers that are none of ours.
    @Suite struct ClientTransports {
        private func client(_ port: UInt16, _ change: (inout OstiaryClient.Options) -> Void = { _ in }) throws
            -> OstiaryClient
        {
            var options = OstiaryClient.Options()
            change(&options)
            return try OstiaryClient("http://127.0.0.1:\(port)", storage: .memory, options: options)
        }

        /// - Returns: the reason of ``ClientError/noAnswer(_:)``; nil if there was an answer.
        private func reason(_ client: OstiaryClient, _ path: String = "/api/refresh/") async throws -> String? {
            do {
                _ = try await client.sendAnonymously(OstiaryClient.Request(.post, path))
                return nil
            } catch ClientError.noAnswer(let reason) {
                return reason
            }
        }

        @Test("a redirection is an answer, and is not followed")
        func redirection() async throws {
            let other = try ScriptedServer([])
            let location = "Location: http://127.0.0.1:\(other.port)/api/refresh/\r\n"
            let server = try ScriptedServer([ScriptedServer.answer("307 Temporary Redirect", "", location)])
            let answer = try await client(server.port).sendAnonymously(.init(.post, "/api/refresh/"))
            #expect(answer.status == 307 && other.refreshes.isEmpty)
        }

        @Test("an answer is bounded, whether it tells its size or not")
        func large() async throws {
            let body = String(repeating: "x", count: 5_000)
            let untold = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n\(body)"
            let server = try ScriptedServer([ScriptedServer.answer("200 OK", body), untold, untold])
            let small = try client(server.port) { $0.maximumAnswer = 4_999 }
            for _ in 0..<2 { #expect(try await reason(small)?.contains("TooManyBytes") == true) }
            let exact = try client(server.port) { $0.maximumAnswer = 5_000 }
            #expect(try await exact.sendAnonymously(.init(.post, "/api/refresh/")).body.count == 5_000)
        }

        @Test("a server that is silent, or that nobody listens for, is no answer")
        func silent() async throws {
            let server = try ServerProcess()
            let proxy = try Proxy(to: server.port)
            proxy.set(.swallow)
            let hasty = try client(proxy.port) { $0.timeout = .milliseconds(200) }
            #expect(try await reason(hasty) != nil)
            let nobody = try client(FreePorts.next()) { $0.timeout = .milliseconds(200) }
            #expect(try await reason(nobody) != nil)
        }

        @Test("an answer that stops in its body, or never ends, is none")
        func endless() async throws {
            let endless = try DrippingServer()
            let hasty = try client(endless.port) { $0.timeout = .milliseconds(300) }
            for path in ["/stops/", "/drips/"] { #expect(try await reason(hasty, path) != nil, "\(path)") }
        }
    }
}
