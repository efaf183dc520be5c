// SPDX-License-Identifier: Apache-2.0

/// A database whose transactions run an application's hooks.
package struct HookedDatabase: SQLDatabase, WriteFailureKeeping, AdoptionKeeping {
    private let base: any SQLDatabase & WriteFailureKeeping
    private let hooks: TransactionHooks

    package init(_ base: any SQLDatabase & WriteFailureKeeping, hooks: TransactionHooks) {
        self.base = base
        self.hooks = hooks
    }

    package var dialect: SQLDialect { base.dialect }
    package var failures: WriteFailures { base.failures }
    package var adopted: AdoptedTables? { base.adopted }
    /// Without hooks: this is for migrations.
    package var patient: any SQLDatabase { base.patient }
    package var readsAhead: Bool { base.readsAhead }

    package func read<T: Sendable>(
        until deadline: ContinuousClock.Instant?, _ body: @escaping @Sendable (any SQLConnection) throws -> T
    ) async throws -> T {
        try await base.read(until: deadline, body)
    }

    package func readAhead<T: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> T
    ) async -> T? {
        await base.readAhead(body)
    }

    package func write<T: Sendable>(
        until deadline: ContinuousClock.Instant?, _ body: @escaping @Sendable (SQLTransaction) throws -> T,
        trace: (@Sendable (any SQLConnection) throws -> T?)?
    ) async throws -> T {
        try await base.write(
            until: deadline,
            { [hooks] transaction in
                transaction.hooks = hooks
                return try body(transaction)
            }, trace: trace)
    }

    package func withoutTransaction<T: Sendable>(
        holding lock: Int64, _ body: @escaping @Sendable (any SQLConnection) throws -> T
    ) async throws -> T? {
        try await base.withoutTransaction(holding: lock, body)
    }
}
