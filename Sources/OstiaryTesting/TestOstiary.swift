// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import Logging
public import Ostiary
import OstiaryCore
import OstiaryServer
import ServiceLifecycle

/// An instance for one test: a real database in a folder of its own, a clock to set, and mail that is caught. Several
/// live in one process.
///
/// Its background work runs from the start, until ``end()`` closes the database and deletes the folder.
public final class TestOstiary: Sendable {
    /// The instance.
    public let ostiary: Ostiary
    /// The clock by which tokens and links expire.
    public let clock: TestClock
    /// The messages that the instance has sent.
    public let mail: CaughtMail
    private let folder: String
    private let work: Task<Void, any Error>

    /// Starts an instance.
    /// - Parameters:
    ///   - options: as for the application. Mail is caught whatever they say, and passwords are hashed on one thread.
    ///   - prepare: adds endpoints and hooks.
    /// - Throws: as ``Ostiary/Ostiary/init(_:secret:options:)``.
    public init(
        _ options: Ostiary.Options = .quiet, prepare: (Ostiary) throws -> Void = { _ in }
    ) async throws {
        let folder = try Self.makeFolder()
        do {
            var options = options
            let (clock, mail) = (TestClock(), CaughtMail())
            options.mail = Ostiary.Mail(by: mail, from: options.mail?.sender ?? "test@example.org")
            options.publicURL = options.publicURL ?? "http://localhost"
            options.hashingThreads = options.hashingThreads ?? 1
            let ostiary = try await Ostiary(
                .sqlite(folder + "/ostiary.sqlite3"), secret: .file(folder + "/secret.key"), options: options,
                now: { clock.now })
            do { try prepare(ostiary) } catch {
                ostiary.close()
                throw error
            }
            (self.ostiary, self.clock, self.mail, self.folder) = (ostiary, clock, mail, folder)
            work = Task { try await ostiary.run() }
        } catch {
            Self.delete(folder)
            throw error
        }
    }

    /// Creates an account.
    /// - Parameters:
    ///   - email: the address.
    ///   - password: the password; nil for one that nobody knows.
    /// - Throws: ``OstiaryCore/AccountError`` for a taken address or a weak password,
    ///   ``OstiaryCore/StoreUnavailable``.
    public func user(_ email: String, password: String? = nil) async throws -> User {
        try await ostiary.services.administration.accounts.createUser(
            email: email, password: password, in: RequestContext(actor: .system, now: clock.now))
    }

    /// Opens a session of a user without the password.
    /// - Returns: the tokens of the session.
    /// - Throws: ``NoLogin`` for an inactive or deleted user, ``OstiaryCore/StoreUnavailable``.
    public func loginAs(_ user: User) async throws -> TokenPair {
        guard let pair = try await ostiary.login(as: user) else { throw NoLogin(user: user.id) }
        return pair
    }

    /// Ends the background work, closes the database and deletes the folder.
    public func end() async {
        work.cancel()
        _ = await work.result
        Self.delete(folder)
    }

    private static func makeFolder() throws -> String {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        // mkdtemp(3) puts other characters in the place of each X.
        var template = Array("\(parent)/ostiary-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw NoFolder(reason: String(cString: strerror(errno))) }
        return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func delete(_ folder: String) { try? FileManager.default.removeItem(atPath: folder) }
}

/// The error of a login for a user who cannot log in.
public struct NoLogin: Error, CustomStringConvertible {
    let user: User.ID

    /// The id of the user.
    public var description: String { "user \(user) is inactive or does not exist" }
}

/// The error of a test whose folder cannot be made.
public struct NoFolder: Error, CustomStringConvertible {
    let reason: String

    /// The reason of the operating system.
    public var description: String { "no folder for the test: \(reason)" }
}

extension Ostiary.Options {
    /// The defaults, with a log of errors alone.
    public static var quiet: Self {
        var options = Self()
        options.logger.logLevel = .error
        return options
    }
}
