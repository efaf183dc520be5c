// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The service manager that started this process and waits to hear from it: systemd, by the protocol of sd_notify(3).
public struct ServiceManager: Sendable {
    /// The time after which the manager ends a process that does not report; nil if it asks for no reports.
    public let patience: Duration?
    private let path: [UInt8]

    /// A report that the manager did not take.
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
        /// True if the manager has not read its earlier reports yet.
        public var isBusy = false
    }

    /// - Parameters:
    ///   - environment: `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID` are read.
    ///   - process: the id of this process.
    /// - Returns: nil if no manager waits.
    /// - Throws: ``Failure`` if the variable names no Unix socket.
    public init?(environment: [String: String], process: Int32) throws(Failure) {
        guard let socket = environment["NOTIFY_SOCKET"], !socket.utf8.isEmpty else { return nil }
        var path = Array(socket.utf8)
        guard path.count < Self.capacity, path[0] == UInt8(ascii: "/") || path[0] == UInt8(ascii: "@") else {
            throw Failure(description: "NOTIFY_SOCKET is no path of a socket and no abstract one")
        }
        // The name of an abstract socket begins with a zero (unix(7)).
        if path[0] == UInt8(ascii: "@") { path[0] = 0 }
        self.path = path
        let isForAnother = environment["WATCHDOG_PID"].map { $0 != String(process) } ?? false
        let microseconds = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
        patience = isForAnother || microseconds <= 0 ? nil : .microseconds(microseconds)
    }

    /// Reports to the manager, and waits for nothing.
    /// - Parameter assignments: such as `READY=1`; without line ends.
    /// - Throws: ``Failure`` if the manager is busy or its socket is gone.
    public func report(_ assignments: [String]) throws(Failure) {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Self.failure() }
        defer { close(descriptor) }
        let text = Array(assignments.joined(separator: "\n").utf8)
        let sent = withAddress { address, length in
            sendto(descriptor, text, text.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT), address, length)
        }
        guard sent == text.count else { throw Self.failure() }
    }

    /// The greatest length of a path, with the zero behind it.
    private static let capacity = MemoryLayout.size(ofValue: sockaddr_un().sun_path)

    private static func failure() -> Failure {
        let code = errno
        return Failure(description: String(cString: strerror(code)), isBusy: code == EAGAIN)
    }

    private func withAddress<T>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> T) -> T {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let length = MemoryLayout<sa_family_t>.size + path.count
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(length)) }
        }
    }
}
