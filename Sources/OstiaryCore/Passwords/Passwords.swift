// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Hashes and verifies passwords on threads of their own, so that logins never hold up any other request.
///
/// How many run at once is fixed: a flood of logins costs a known amount of memory. What could not begin in time is
/// refused at once (ASVS 5.0, 15.1.3).
package struct Passwords: Sendable {
    private let hasher: PasswordHasher
    private let lanes: HashingLanes
    private let maximumWait: @Sendable () -> Duration

    /// - Parameters:
    ///   - hasher: what does the work.
    ///   - threads: how many passwords are hashed at once; by default as many as there are processor cores. Each takes
    ///     the memory of one hash.
    ///   - maximumWait: how long a password may be expected to wait for its hash; a call that would wait longer throws
    ///     ``Overloaded``. Asked for each.
    package init(
        hasher: PasswordHasher = PasswordHasher(), threads: Int? = nil,
        maximumWait: @escaping @Sendable () -> Duration = {
            .seconds(Setting<Int>.loginMaximumWait.defaultValue)
        }
    ) {
        self.hasher = hasher
        self.maximumWait = maximumWait
        // Nice: where processor time is short, requests that only take microseconds go first.
        self.lanes = HashingLanes(count: threads ?? Self.cores, niceness: 10)
    }

    /// Refuses at once, before anything is asked of a store, where not even those who go first would be taken.
    /// - Throws: ``Overloaded``.
    package func requireRoom() throws(Overloaded) { try lanes.requireRoom(.known, waiting: maximumWait()) }

    /// Makes a new hash for the `password` column.
    /// - Throws: ``Overloaded`` or ``PasswordHashingFailed``.
    package func hash(_ password: String) async throws -> String {
        try await lanes.run(.ordinary, waiting: maximumWait()) { [hasher] in
            try hasher.hash(PasswordText(password).normalized)
        }
    }

    /// Compares a password with the `password` column.
    /// - Parameters:
    ///   - encoded: the stored text, or nil if there is no such user, which costs the same time.
    ///   - isKnown: whether the account was signed in to from there before; those go first.
    /// - Throws: ``Overloaded`` or ``PasswordHashingFailed``; neither says anything about the password.
    package func verify(
        _ password: String, against encoded: String?, isKnown: Bool = false
    ) async throws -> Verification {
        try await lanes.run(isKnown ? .known : .ordinary, waiting: maximumWait()) { [hasher] in
            let text = PasswordText(password)
            let first = try Self.verify(text.normalized, against: encoded, hasher)
            // Whether there is such a user makes no difference to what a password of two forms costs.
            guard !first.valid, let other = text.asSent else { return first }
            let second = try Self.verify(other, against: encoded, hasher)
            return Verification(valid: second.valid, needsRehash: second.valid)
        }
    }

    private static func verify(
        _ password: [UInt8], against encoded: String?, _ hasher: PasswordHasher
    ) throws(PasswordHashingFailed) -> Verification {
        guard let encoded else { return try hasher.verifyNothing(password) }
        return try hasher.verify(password, against: encoded)
    }

    /// How many calls wait for a thread.
    package var waiting: Int { lanes.waiting }

    /// Refuses further calls and blocks until those that wait are done. Not for asynchronous code.
    package func close() {
        lanes.close()
    }

    /// A text for the `password` column that no password ever matches, in Django's form: `!` and 40 characters.
    ///
    /// Not a secret. It differs from row to row because Django derives password reset links from this column.
    /// - Parameter random: makes that many unpredictable bytes.
    package static func unusable(random: (Int) -> [UInt8] = SecureRandom.bytes) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".unicodeScalars)
        return random(40).reduce(into: "!") { $0.unicodeScalars.append(alphabet[Int($1) % alphabet.count]) }
    }

    /// True for a text of the `password` column that no password ever matches, as Django reads it.
    static func isUnusable(_ encoded: String) -> Bool { encoded.utf8.first == UInt8(ascii: "!") }

    private static let cores = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
}
