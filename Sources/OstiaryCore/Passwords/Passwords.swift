// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Hashes and verifies passwords on dedicated threads, so that logins never hold up other requests.
///
/// The number of threads is fixed, so a flood of logins costs a known amount of memory. A call that could not begin in
/// time is refused at once (ASVS 5.0, 15.1.3).
package struct Passwords: Sendable {
    private let hasher: PasswordHasher
    private let lanes: HashingQueue
    private let maximumWait: @Sendable () -> Duration

    /// - Parameters:
    ///   - hasher: hashes and compares.
    ///   - threads: the number of threads, each of which takes the memory of one hash; nil for one per processor core.
    ///   - maximumWait: returns the longest expected wait; a call that would wait longer throws ``Overloaded``.
    package init(
        hasher: PasswordHasher = PasswordHasher(), threads: Int? = nil,
        maximumWait: @escaping @Sendable () -> Duration = {
            .seconds(Setting<Int>.loginMaximumWait.defaultValue)
        }
    ) {
        self.hasher = hasher
        self.maximumWait = maximumWait
        // A lower priority: where processor time is short, requests that take microseconds go first.
        self.lanes = HashingQueue(count: threads ?? Self.cores, niceness: 10)
    }

    /// Throws if not even a login from a known network would be admitted, so that no store is asked for it.
    /// - Throws: ``Overloaded``.
    package func requireRoom() throws(Overloaded) { try lanes.requireRoom(.known, waiting: maximumWait()) }

    /// Hashes a password for the `password` column.
    /// - Throws: ``Overloaded`` or ``PasswordHashingFailed``.
    package func hash(_ password: String) async throws -> String {
        try await lanes.run(.ordinary, waiting: maximumWait()) { [hasher] in
            let text = PasswordText(password)
            return try hasher.hash(hasher.policy.normalizes ? text.normalized : text.asSent ?? text.normalized)
        }
    }

    /// Compares a password with the `password` column.
    /// - Parameters:
    ///   - encoded: the stored text; nil if there is no such user, which takes the same time.
    ///   - isKnown: true for a login from a known network of the account, which goes first.
    /// - Throws: ``Overloaded`` or ``PasswordHashingFailed``; neither says anything about the password.
    package func verify(
        _ password: String, against encoded: String?, isKnown: Bool = false
    ) async throws -> Verification {
        try await lanes.run(isKnown ? .known : .ordinary, waiting: maximumWait()) { [hasher] in
            let text = PasswordText(password)
            let first = try Self.verify(text.normalized, against: encoded, hasher)
            // Both forms are tried for unknown users too, so that the time does not tell whether a user exists.
            guard !first.valid, let other = text.asSent else { return first }
            let second = try Self.verify(other, against: encoded, hasher)
            return Verification(
                valid: second.valid, needsRehash: hasher.policy.normalizes ? second.valid : second.needsRehash)
        }
    }

    private static func verify(
        _ password: [UInt8], against encoded: String?, _ hasher: PasswordHasher
    ) throws(PasswordHashingFailed) -> Verification {
        guard let encoded else { return try hasher.verifyNothing(password) }
        return try hasher.verify(password, against: encoded)
    }

    /// The number of calls that wait for a thread.
    package var waiting: Int { lanes.waiting }

    /// Refuses further calls, runs those that wait and blocks until the threads have ended. Not for asynchronous code.
    package func close() {
        lanes.close()
    }

    /// A text for the `password` column that no password ever matches, in Django's form: `!` and 40 characters.
    ///
    /// The text is no secret. It differs in each row because Django derives password reset links from this column.
    /// - Parameter random: returns so many unpredictable bytes.
    package static func unusable(random: (Int) -> [UInt8] = SecureRandom.bytes) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".unicodeScalars)
        return random(40).reduce(into: "!") { $0.unicodeScalars.append(alphabet[Int($1) % alphabet.count]) }
    }

    /// True for a text of the `password` column that no password ever matches, as Django reads it.
    static func isUnusable(_ encoded: String) -> Bool { encoded.utf8.first == UInt8(ascii: "!") }

    private static let cores = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
}
