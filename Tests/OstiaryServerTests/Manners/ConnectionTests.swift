// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd.Alone {
    @Suite struct Connections {
        @Test("pipelined floods whose answers nobody reads neither fill the memory nor keep others waiting")
        func pipelinedFlood() throws {
            let server = try ServerProcess()
            let memory = server.residentKiB
            let flood = Array(String(repeating: "GET / HTTP/1.1\r\n\r\n", count: 3_600).utf8)
            let attackers = try (0..<20).map { _ in try WireConnection(port: server.port, timeout: 0.2) }
            // What the kernel does not take is not sent: the server has stopped reading.
            for attacker in attackers { try? attacker.send(flood) }
            let start = ContinuousClock.now
            #expect(
                try WireClient(port: server.port, timeout: 10).exchange(WireRequest("GET", "/healthz")).status == 200)
            figure("pipelined flood: another client's answer", seconds: seconds(since: start))
            figure("pipelined flood: growth of resident memory KiB", server.residentKiB - memory)
            #expect(server.residentKiB - memory < 48 * 1_024)
            withExtendedLifetime(attackers) {}
            #expect(server.terminate() == .code(0))
        }

        @Test("requests behind a closing answer are not executed")
        func notExecutedBehindTheLast() throws {
            let client = try SharedServers.client()
            let tokens = try (0..<3).map { _ in try client.newSession().tokens.refresh }
            let requests = tokens.enumerated().map { index, token in
                WireRequest(
                    "POST", "/api/refresh/", index == 0 ? [("Connection", "close")] : [],
                    json: #"{"refresh_token":"\#(token)"}"#
                ).bytes
            }
            let connection = try client.open()
            try connection.send(requests.flatMap { $0 })
            #expect(try connection.receive(to: "POST").status == 200)
            #expect(connection.drain(quiet: 1).bytes.isEmpty)
            #expect(try client.refresh(tokens[1]).status == 200)
            #expect(try client.refresh(tokens[2]).status == 200)
        }

        @Test("pipelined requests are answered in their order, also when the client stops sending")
        func pipelinedInOrder() throws {
            let client = try SharedServers.client()
            let connection = try client.open()
            let paths = (0..<500).map { $0.isMultiple(of: 2) ? "/healthz" : "/nothing" }
            try connection.send(paths.flatMap { WireRequest("GET", $0).bytes })
            connection.finishSending()
            for path in paths { #expect(try connection.receive().status == (path == "/healthz" ? 200 : 404)) }
        }

        @Test(
            "who asks for another protocol is answered once and fills no memory with what follows",
            arguments: [
                "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n",
                "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n",
            ])
        func otherProtocol(_ request: String) throws {
            let server = try ServerProcess(logLevel: "error")
            _ = try WireClient(port: server.port).exchange(WireRequest("GET", "/healthz"))
            let memory = server.residentKiB
            let flood = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
            let connections = try (0..<8).map { _ in
                let connection = try WireConnection(port: server.port, timeout: 5)
                try connection.send(request)
                for _ in 0..<8 { try? connection.send(flood) }
                return connection
            }
            let growth = server.residentKiB - memory
            figure("64 MiB behind \(request.prefix(7)): growth of resident memory KiB", growth)
            #expect(growth < 16 * 1_024)
            for connection in connections {
                let text = String(decoding: connection.drain(quiet: 5).bytes, as: UTF8.self)
                #expect(text.ranges(of: "HTTP/1.1 ").count <= 1)
            }
            let polite = try WireConnection(port: server.port, timeout: 5)
            try polite.send(request)
            let (bytes, closed) = polite.drain(quiet: 5)
            #expect(closed && String(decoding: bytes, as: UTF8.self).contains("\r\nConnection: close\r\n"))
            #expect(server.terminate() == .code(0))
        }

        @Test("garbage behind a request does not take its answer away, and has its own", arguments: [40, 3_000])
        func garbageBehind(count: Int) throws {
            let client = try SharedServers.client()
            let token = try client.newSession().tokens.refresh
            let request = WireRequest("POST", "/api/refresh/", json: #"{"refresh_token":"\#(token)"}"#).bytes
            let connection = try client.open()
            try connection.send(request + [UInt8](repeating: UInt8(ascii: "?"), count: count))
            let (bytes, closed) = connection.drain(quiet: 5)
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n") && text.contains("\"refresh_token\""))
            #expect(text.ranges(of: "HTTP/1.1 ").count == 2 && text.contains("HTTP/1.1 400 ") && closed)
        }

        @Test("what is no HTTP at all gets its 400, however long it is")
        func longGarbage() throws {
            let connection = try SharedServers.client().open()
            try connection.send([UInt8](repeating: 0x16, count: 5_000))
            let (bytes, closed) = connection.drain(quiet: 5)
            #expect(String(decoding: bytes, as: UTF8.self).hasPrefix("HTTP/1.1 400 Bad Request\r\n") && closed)
        }

        @Test("Expect: 100-continue is answered before the body")
        func expectContinue() throws {
            let connection = try SharedServers.client().open()
            let body = #"{"email":"a@b.co","password":"x"}"#
            let head =
                "POST /api/register/ HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
            try connection.send(head)
            #expect(connection.drain(quiet: 0.5).bytes == Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
            try connection.send(body)
            #expect(try connection.receive(to: "POST").status == 400)
        }

        @Test(
            "a connection is closed when its client says so, in any spelling, and in HTTP/1.0",
            arguments: [
                "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Close\r\n\r\n",
                "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: foo, close\r\n\r\n", "GET /healthz HTTP/1.0\r\n\r\n",
                "GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
            ])
        func closes(_ request: String) throws {
            let connection = try SharedServers.client().open()
            try connection.send(request)
            let (bytes, closed) = connection.drain(quiet: 5)
            #expect(String(decoding: bytes, as: UTF8.self).hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(closed)
        }

        @Test(
            "an Idempotency-Key that cannot be one is refused and spends nothing",
            arguments: [
                [""], ["short"], [String(repeating: "k", count: 129)], ["aaaaaaaaaaaaaaaa,bbbbbbbbbbbbbbbb"],
                ["aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa"], ["aaaaaaaaaaaaaaaa b"],
            ])
        func idempotencyKey(_ keys: [String]) throws {
            let client = try SharedServers.client()
            let token = try client.newSession().tokens.refresh
            let json = #"{"refresh_token":"\#(token)"}"#
            let answer = try client.exchange(
                WireRequest("POST", "/api/refresh/", keys.map { ("Idempotency-Key", $0) }, json: json)
            )
            #expect(answer.status == 400 && answer.text == #"{"detail":"Invalid Idempotency-Key header."}"#)
            let good = [("Idempotency-Key", "0123456789abcdef")]
            #expect(try client.exchange(WireRequest("POST", "/api/refresh/", good, json: json)).status == 200)
        }
    }
}
