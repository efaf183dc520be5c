// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryTestSupport
import Testing

@testable import OstiaryClient

@Suite(.timeLimit(.minutes(5))) struct FileStorageTests {
    private let folder: TemporaryDirectory
    private let storage: FileStorage

    init() throws {
        folder = try TemporaryDirectory()
        storage = FileStorage(folder.file("session"))
    }

    private func session(_ number: Int) throws -> StoredSession { try #require(StoredSession(.pair(number))) }

    private func mode(_ name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: folder.file(name))[.posixPermissions] as? Int
    }

    @Test("what is written is read, by others too, and only its owner may")
    func roundTrip() throws {
        #expect(try storage.read() == nil && storage.peek() == nil)
        let (first, second) = (try session(1), try session(2))
        try storage.write(first)
        #expect(try storage.peek() == first)
        #expect(try mode("session") == 0o600)
        try FileStorage(storage.path).write(second)
        #expect(try storage.read() == second)
        try FileStorage(storage.path).write(first)
        let seesFirst: Bool? = try waitUntil(20, every: 1_000) { try storage.peek() == first ? true : nil }
        #expect(seesFirst == true, "memory gives way to what others write")
        try FileStorage(storage.path).write(nil)
        #expect(try storage.read() == nil)
        let seesNone: Bool? = try waitUntil(20, every: 1_000) { try storage.peek() == nil ? true : nil }
        #expect(seesNone == true)
        try storage.write(second)
        #expect(try storage.peek() == second, "its own changes it sees at once")
        try storage.write(nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test("a draft that somebody left is replaced, whatever its mode; a link in its place is not followed")
    func draft() throws {
        let draft = folder.file("session.new")
        try Data(repeating: 0x20, count: 9_000).write(to: URL(filePath: draft))
        chmod(draft, 0o666)
        try storage.write(session(1))
        #expect(try storage.read()?.accessToken == "access1")
        #expect(try mode("session") == 0o600)
        let victim = folder.file("victim")
        try Data("mine".utf8).write(to: URL(filePath: victim))
        symlink(victim, draft)
        #expect(throws: ClientError.self) { try storage.write(session(2)) }
        #expect(text(ofFile: victim) == "mine")
        #expect(try storage.read()?.accessToken == "access1", "what was there stays")
    }

    @Test("a file that is no session, or is too large, is told and kept", arguments: ["", "{}", "[1", nil])
    func broken(_ content: String?) throws {
        let session = #"{"access_token":"a","refresh_token":"b","key":"0123456789abcdef"}"#
        let text = content ?? session + String(repeating: " ", count: 70_000)
        try Data(text.utf8).write(to: URL(filePath: storage.path))
        #expect(throws: ClientError.self) { try storage.read() }
        #expect(throws: ClientError.self) { try storage.peek() }
        #expect(OstiaryTestSupport.text(ofFile: storage.path) == text)
    }

    @Test("a folder that is not there is told with its path")
    func noFolder() async throws {
        let storage = FileStorage(folder.file("none/session"))
        #expect(try storage.read() == nil)
        let error = #expect(throws: ClientError.self) { try storage.write(session(1)) }
        #expect("\(try #require(error))".contains("none/session.new: No such file or directory"))
        await #expect(throws: ClientError.self) { try await storage.alone(atMost: .seconds(20)) {} }
    }

    @Test("a turn waits for other objects on the file, and not for ever")
    func turns() async throws {
        let other = FileStorage(storage.path)
        _ = try await other.alone(atMost: .seconds(20)) {
            await #expect(throws: ClientError.storageBusy) { try await storage.alone(atMost: .milliseconds(50)) {} }
        }
        for one in [MemoryStorage(), storage] as [any SessionStorage] {
            _ = try await one.alone(atMost: .seconds(20)) {
                await #expect(throws: ClientError.storageBusy) { try await one.alone(atMost: .milliseconds(50)) {} }
            }
            try await one.alone(atMost: .seconds(20)) {}
        }
        let counter = Counter()
        try await withThrowingTaskGroup { group in
            for index in 0..<40 {
                let one = index.isMultiple(of: 2) ? storage : other
                group.addTask { try await one.alone(atMost: .seconds(60)) { await counter.add() } }
            }
            try await group.waitForAll()
        }
        #expect(await counter.sum == 40)
    }

    @Test("a task that is cancelled while it waits for its turn waits no longer")
    func cancelled() async throws {
        let waiting = try await storage.alone(atMost: .seconds(60)) {
            let task = Task { try await storage.alone(atMost: .seconds(60)) {} }
            try await Task.sleep(for: .milliseconds(20))
            task.cancel()
            guard case .failure(let error) = await task.result else { throw Failure("it had a turn") }
            #expect(error is CancellationError)
            return 1
        }
        #expect(waiting == 1)
        _ = try await storage.alone(atMost: .seconds(20)) {}
    }

    @Test("no description shows a token")
    func secrets() throws {
        let session = try session(1)
        try storage.write(session)
        let client = try OstiaryClient("https://id.example.com", storage: storage)
        var dumped = ""
        dump(session, to: &dumped)
        dump(client, to: &dumped)
        for text in [dumped, "\(session)", "\(client)", String(reflecting: session), "\(Optional(session) as Any)"] {
            for secret in ["access1", "refresh1", session.key] { #expect(!text.contains(secret)) }
        }
    }
}

/// A sum that loses what is added at once.
private actor Counter {
    private(set) var sum = 0

    func add() async {
        let now = sum
        await Task.yield()
        sum = now + 1
    }
}
