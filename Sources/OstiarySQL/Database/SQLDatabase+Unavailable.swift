// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension SQLDatabase {
    /// ``read(_:)`` for stores: a failure of the engine means that the storage is unavailable.
    /// - Parameter context: of the request that waits, if one does.
    func fetch<T: Sendable>(
        in context: RequestContext? = nil, _ body: @escaping @Sendable (any SQLConnection) throws -> T
    ) async throws -> T {
        do { return try await read(until: context?.deadline, body) } catch let error as SQLError {
            throw StoreUnavailable(error)
        }
    }

    /// ``SQLDatabase/write(_:trace:)`` for stores. A unique violation is an answer, not a failure, and passes through.
    /// - Parameter context: of the request that waits, if one does.
    func commit<T: Sendable>(
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
    init(_ error: SQLError) { self.init(reason: String(reflecting: error)) }
}
