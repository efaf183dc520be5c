// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

extension SQLDatabase {
    /// ``read(until:_:)`` for stores: an ``SQLError`` becomes ``StoreUnavailable``.
    /// - Parameter context: the request that waits; nil if none does.
    public func fetch<T: Sendable>(
        in context: RequestContext? = nil, _ body: @escaping @Sendable (any SQLConnection) throws -> T
    ) async throws -> T {
        do { return try await read(until: context?.deadline, body) } catch let error as SQLError {
            throw StoreUnavailable(error)
        }
    }

    /// ``write(until:_:trace:)`` for stores: an ``SQLError`` becomes ``StoreUnavailable``, except a unique violation,
    /// which stores translate into an outcome.
    /// - Parameter context: the request that waits; nil if none does.
    public func commit<T: Sendable>(
        in context: RequestContext? = nil, _ body: @escaping @Sendable (SQLTransaction) throws -> T,
        trace: (@Sendable (any SQLConnection) throws -> T?)? = nil
    ) async throws -> T {
        do { return try await write(until: context?.deadline, body, trace: trace) } catch let error as SQLError {
            if case .uniqueViolation = error.code { throw error }
            throw StoreUnavailable(error)
        }
    }
}

extension StoreUnavailable {
    init(_ error: SQLError) { self.init(reason: error.report) }
}
