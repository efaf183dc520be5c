#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Hashes and verifies passwords on threads of their own, so that logins never hold up any other request.
///
/// How many run at once is fixed and the queue is bounded: a flood of logins costs a known amount of memory, and what
/// is too much is refused at once (ASVS 5.0, 15.1.3).
public struct Passwords: Sendable {
    private let hasher: PasswordHasher
    private let lane: WorkerThreads

    /// - Parameters:
    ///   - hasher: what does the work.
    ///   - threads: how many passwords are hashed at once; by default as many as there are processor cores. Each takes
    ///     the memory of one hash.
    ///   - capacity: how many more may wait before a call throws ``Overloaded``.
    public init(hasher: PasswordHasher = PasswordHasher(), threads: Int? = nil, capacity: Int = 64) {
        self.hasher = hasher
        // Nice: where processor time is short, requests that only take microseconds go first.
        self.lane = WorkerThreads(count: max(1, threads ?? Self.cores), capacity: capacity, niceness: 10)
    }

    /// Makes a new hash for the `password` column.
    /// - Throws: ``Overloaded`` or ``PasswordHashingFailed``.
    public func hash(_ password: String) async throws -> String {
        try await lane.run { [hasher] in try hasher.hash(Array(password.utf8)) }
    }

    /// Compares a password with the `password` column.
    /// - Parameter encoded: the stored text, or nil if there is no such user, which costs the same time.
    /// - Throws: ``Overloaded`` or ``PasswordHashingFailed``; neither says anything about the password.
    public func verify(_ password: String, against encoded: String?) async throws -> Verification {
        try await lane.run { [hasher] in
            let bytes = Array(password.utf8)
            guard let encoded else { return try hasher.verifyNothing(bytes) }
            return try hasher.verify(bytes, against: encoded)
        }
    }

    /// How many calls wait for a thread.
    public var waiting: Int { lane.waiting }

    /// Refuses further calls and blocks until those that wait are done. Not for asynchronous code.
    public func close() {
        lane.close()
    }

    /// A text for the `password` column that no password ever matches, in Django's form: `!` and 40 characters.
    ///
    /// Not a secret. It differs from row to row because Django derives password reset links from this column.
    /// - Parameter random: makes that many unpredictable bytes.
    public static func unusable(random: (Int) -> [UInt8] = PasswordHasher.systemRandom) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".unicodeScalars)
        return random(40).reduce(into: "!") { $0.unicodeScalars.append(alphabet[Int($1) % alphabet.count]) }
    }

    private static let cores = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
}
