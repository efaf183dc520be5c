// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd.Alone {
    @Suite struct Shutdown {
        @Test("SIGTERM answers what is in flight, then exits 0")
        func drains() throws {
            let server = try ServerProcess()
            let email = freshEmail()
            let (tokens, credentials) = try {
                let client = WireClient(port: server.port)
                try client.enrol(email)
                return (try client.tokens(email), #"{"email":"\#(email)","password":"\#(WireClient.password)"}"#)
            }()
            let idle = try WireConnection(port: server.port)
            try idle.send(WireRequest("GET", "/healthz").bytes)
            #expect(try idle.receive().status == 200)

            let signal = Barrier(10)
            let start = ContinuousClock.now
            let statuses = try parallel(10) { index in
                if index == 9 {
                    signal.wait()
                    server.beginTermination()
                    return 200
                }
                // Eight logins wait for the hasher; one request is only half sent when the signal comes.
                let request =
                    index == 8
                    ? WireRequest("PUT", "/api/me/", [("Authorization", "Bearer \(tokens.access)")], json: "{}")
                    : WireRequest("POST", "/api/login/", json: credentials)
                let bytes = request.bytes
                let half = index == 8 ? bytes.count - 1 : bytes.count
                let connection = try? WireConnection(port: server.port, timeout: 25)
                try? connection?.send(Array(bytes[..<half]))
                pause(0.03)
                signal.wait()
                guard let connection else { return 0 }
                if half < bytes.count {
                    pause(0.3)
                    try connection.send(Array(bytes[half...]))
                }
                return try connection.receive().status
            }
            #expect(statuses == Array(repeating: 200, count: 10))
            let exit = server.exit(within: 26)
            let duration = seconds(since: start)
            figure("shutdown with requests in flight", seconds: duration)
            #expect(exit == .code(0))
            #expect(duration < 25)
            #expect(idle.drain(quiet: 1).closed)
        }

        @Test("an idle server exits at once, though connections are open and one head is unfinished")
        func idle() throws {
            let server = try ServerProcess()
            let connections = try (0..<5).map { _ in try WireConnection(port: server.port) }
            for connection in connections.dropFirst() {
                try connection.send(WireRequest("GET", "/healthz").bytes)
                _ = try connection.receive()
            }
            try connections[0].send("GET /healthz HTTP/1.1\r\nHo")
            let start = ContinuousClock.now
            #expect(server.terminate(within: 25) == .code(0))
            figure("shutdown with idle connections", seconds: seconds(since: start))
            #expect(throws: WireError.self) { try WireConnection(port: server.port) }
        }

        @Test("after SIGTERM nothing is lost, and the port is free for the next")
        func restart() throws {
            let server = try ServerProcess()
            let (email, tokens) = try WireClient(port: server.port).newSession()
            #expect(server.terminate() == .code(0))
            try server.start()
            let client = WireClient(port: server.port)
            #expect(try client.me(tokens.access).member("email") == email)
            #expect(try client.refresh(tokens.refresh).status == 200)
            #expect(server.terminate() == .code(0))
        }
    }
}
