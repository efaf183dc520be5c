// SPDX-License-Identifier: Apache-2.0

// A session with Ostiary that tasks and processes share by a file; docs/features/sessions.md says why.
import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// There is no session, or none any more: ask for the password.
struct SignedOut: Error {}

struct Session: Sendable {
    let server: URL
    let file: URL
    var tries = 6
    /// The longest wait after the first try, in seconds.
    var pause = 0.5
    /// The longest wait for a server that is silent, in seconds.
    var timeout = 10

    typealias Answer = (body: Data, head: HTTPURLResponse)

    private struct Held: Codable {
        let access, refresh: String
        var key: String?

        enum CodingKeys: String, CodingKey {
            case access = "access_token"
            case refresh = "refresh_token"
            case key
        }
    }

    func login(_ email: String, _ password: String) async throws {
        let answer = try await send("POST", "api/login/", ["email": email, "password": password])
        guard answer.head.statusCode == 200 else { throw SignedOut() }
        _ = try await alone { try store(answer.body) }
    }

    /// Throws when the server could not be told: the session is still there, and so is the file.
    func logout() async throws {
        try await alone {
            let answer = try await send("POST", "api/logout/", ["refresh_token": held().refresh])
            guard [200, 400].contains(answer.head.statusCode) else { throw URLError(.badServerResponse) }
            try FileManager.default.removeItem(at: file)
        }
    }

    /// Only the caller knows what may be sent again when there is no answer.
    func request(_ method: String, _ path: String, _ body: (any Encodable)? = nil) async throws -> Answer {
        let token = try held().access
        let answer = try await send(method, path, body, ["Authorization": "Bearer \(token)"])
        guard answer.head.statusCode == 401 else { return answer }
        return try await send(method, path, body, ["Authorization": "Bearer \(refresh(token))"])
    }

    /// An access token other than the refused one.
    func refresh(_ refused: String?) async throws -> String {
        var (failure, wait): (any Error, Int) = (URLError(.badServerResponse), 0)
        for attempt in 0..<tries {
            if attempt > 0 {
                let random = Double.random(in: 0...pause * Double(1 << (attempt - 1)))
                try await Task.sleep(for: .seconds(min(60, max(Double(wait), random))))
            }
            do {
                return try await alone {  // what is sent is read, and its answer stored, in one turn
                    let held = try held()
                    guard held.access == refused else { return held.access }
                    wait = 0
                    let (body, head) = try await send(
                        "POST", "api/refresh/", ["refresh_token": held.refresh], ["Idempotency-Key": held.key ?? ""])
                    wait = head.value(forHTTPHeaderField: "Retry-After").flatMap(Int.init) ?? 0
                    if head.statusCode == 200 { return try store(body) }
                    let refusal = try JSONDecoder().decode([String: String].self, from: body)
                    guard head.statusCode == 400, refusal == ["error": "Invalid refresh token"] else {
                        throw URLError(.badServerResponse)
                    }
                    try FileManager.default.removeItem(at: file)
                    throw SignedOut()
                }
            } catch let error where !(error is SignedOut) { failure = error }
        }
        throw failure
    }

    private func held() throws -> Held {
        do {
            return try JSONDecoder().decode(Held.self, from: Data(contentsOf: file))
        } catch CocoaError.fileReadNoSuchFile {
            throw SignedOut()
        }
    }

    /// Durably, with the key for its refresh.
    private func store(_ answer: Data) throws -> String {
        var held = try JSONDecoder().decode(Held.self, from: answer)
        held.key = "\(UUID())\(UUID())"
        let draft = file.appendingPathExtension("new").path
        let handle = FileHandle(
            fileDescriptor: open(draft, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0o600), closeOnDealloc: true)
        try handle.write(contentsOf: JSONEncoder().encode(held))
        try handle.synchronize()
        guard rename(draft, file.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
        try FileHandle(forReadingFrom: file.deletingLastPathComponent()).synchronize()
        return held.access
    }

    /// Nobody else who shares the file is in here meanwhile; the kernel ends the turn of a process that was killed.
    private func alone<T>(_ body: () async throws -> T) async throws -> T {
        let lock = open(file.path + ".lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        defer { close(lock) }
        while flock(lock, LOCK_EX | LOCK_NB) != 0 { try await Task.sleep(for: .milliseconds(20)) }
        return try await body()
    }

    private func send(
        _ method: String, _ path: String, _ body: (any Encodable)?, _ headers: [String: String] = [:]
    ) async throws -> Answer {
        guard let url = URL(string: path, relativeTo: server) else { throw URLError(.badURL) }
        var request = URLRequest(url: url, timeoutInterval: Double(timeout))
        request.httpMethod = method
        request.httpBody = try body.map { try JSONEncoder().encode($0) }
        request.allHTTPHeaderFields = headers.merging(["Content-Type": "application/json"]) { own, _ in own }
        // On Linux a request waits for ever on a connection that was kept and has died.
        let connections = URLSession(configuration: .ephemeral)
        defer { connections.finishTasksAndInvalidate() }
        let (body, head) = try await connections.data(for: request)
        guard let head = head as? HTTPURLResponse else { throw URLError(.badServerResponse) }
        return (body, head)
    }
}
