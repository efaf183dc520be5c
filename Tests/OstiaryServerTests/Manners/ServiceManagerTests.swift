// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// The reports to a service manager such as systemd (sd_notify(3)).
    @Suite struct ServiceManagers {
        @Test("a server reports its start, reload, condition and stop", arguments: [false, true])
        func reports(isAbstract: Bool) throws {
            let inbox = try Inbox(isAbstract: isAbstract)
            let server = try ServerProcess(environment: ["NOTIFY_SOCKET": inbox.name, "WATCHDOG_USEC": "400000"])
            try inbox.wait { $0.contains("READY=1") && $0.contains("STATUS=ready; throttling: off") }
            let lives = inbox.received.count { $0 == "WATCHDOG=1" }
            try inbox.wait { $0.count { $0 == "WATCHDOG=1" } >= lives + 3 }
            server.send(signal: SIGHUP)
            try inbox.wait { received in
                guard let reload = received.firstIndex(where: { $0.hasPrefix("RELOADING=1\nMONOTONIC_USEC=") }) else {
                    return false
                }
                return received[reload...].contains("READY=1")
            }
            #expect(server.terminate() == .code(0))
            try inbox.wait { $0.contains("STOPPING=1\nSTATUS=stopping") }
        }

        @Test("the condition is that of the readiness check, and the watchdog of another process is not fed")
        func condition() throws {
            let inbox = try Inbox()
            let postgres = try PostgresServer()
            let database = try postgres.makeDatabase()
            let server = try ServerProcess(
                ["--database-url", postgres.url(database)],
                environment: ["NOTIFY_SOCKET": inbox.name, "WATCHDOG_USEC": "100000", "WATCHDOG_PID": "1"])
            try inbox.wait { $0.contains("STATUS=ready; throttling: off") }
            postgres.stop()
            try inbox.wait { $0.contains { $0.hasPrefix("STATUS=not ready; database: ") } }
            #expect(!inbox.received.contains("WATCHDOG=1"))
            server.kill()
        }

        @Test("a manager that reads nothing keeps no request waiting, and the server stops in order")
        func busy() throws {
            let inbox = try Inbox()
            try inbox.fill()
            let server = try ServerProcess(environment: ["NOTIFY_SOCKET": inbox.name, "WATCHDOG_USEC": "100000"])
            server.send(signal: SIGHUP)
            #expect(WireClient.readiness(server.port) == 200)
            let start = ContinuousClock.now
            #expect(server.terminate() == .code(0))
            #expect(seconds(since: start) < 20, "no report is waited for without end")
            #expect(server.output.contains("the service manager cannot be told"))
        }

        @Test("a watchdog of hours is fed")
        func hours() throws {
            let inbox = try Inbox()
            let server = try ServerProcess(environment: ["NOTIFY_SOCKET": inbox.name, "WATCHDOG_USEC": "7200000000"])
            try inbox.wait { $0.contains("WATCHDOG=1") }
            #expect(server.terminate() == .code(0))
        }

        @Test("a manager that is gone is told in the log, and a name that is no socket before the start")
        func gone() throws {
            let gone = try ServerProcess(environment: ["NOTIFY_SOCKET": "/nonexistent/notify"])
            let told: Bool? = waitUntil(10) {
                gone.output.contains("the service manager cannot be told") ? true : nil
            }
            #expect(told == true)
            for name in ["notify", "/" + String(repeating: "a", count: 107)] {
                let server = try ServerProcess(environment: ["NOTIFY_SOCKET": name])
                #expect(server.output.contains("Warning: NOTIFY_SOCKET is no path of a socket"))
            }
        }
    }
}

/// A socket that takes the reports of a server.
private final class Inbox {
    let name: String
    private(set) var received: [String] = []
    private let descriptor: Int32
    private let directory: TemporaryDirectory

    init(isAbstract: Bool = false) throws {
        directory = try TemporaryDirectory()
        let path = directory.file("notify")
        name = isAbstract ? "@\(path)" : path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = (isAbstract ? [0] : []) + Array(path.utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        guard descriptor >= 0, bound == 0 else { throw Failure("no socket: errno \(errno)") }
    }

    deinit { close(descriptor) }

    /// Sends to itself until nothing more fits. A sender has a bound of its own, so there are several.
    func fill() throws {
        for _ in 0..<1_000 {
            let sender = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            defer { close(sender) }
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(name.utf8)) }
            let connected = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(sender, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            guard connected == 0 else { throw Failure("no connection: errno \(errno)") }
            if send(sender, "x", 1, Int32(MSG_DONTWAIT)) < 0 && errno == EAGAIN { return }
        }
        throw Failure("the socket takes any number")
    }

    /// Takes reports until they are as expected.
    func wait(_ isComplete: ([String]) -> Bool) throws {
        let done: Bool? = waitUntil(30) {
            var buffer = [UInt8](repeating: 0, count: 4_096)
            while case let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT)), count > 0 {
                received.append(String(decoding: buffer[..<count], as: UTF8.self))
            }
            return isComplete(received) ? true : nil
        }
        guard done == true else { throw Failure("reports are missing: \(received)") }
    }
}
