/// What users may change of their own account.
public struct ProfileService: Sendable {
    private let accounts: any AccountStore
    private let now: WallClock

    public init(accounts: any AccountStore, now: @escaping WallClock = Timestamp.now) {
        self.accounts = accounts
        self.now = now
    }

    /// - Throws: ``StoreUnavailable``.
    public func update(_ user: User, with change: ProfileChange) async throws -> ProfileUpdate {
        guard change != ProfileChange() else { return .updated(user) }
        return try await accounts.update(id: user.id, with: change, at: now())
    }
}
