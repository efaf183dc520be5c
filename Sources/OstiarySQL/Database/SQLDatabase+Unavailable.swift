// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

extension SQLDatabase {
    /// ``read(until:_:)`` for stores: an ``SQLError`` becomes ``OstiaryCore/StoreUnavailable``.
    /// - Parameters:
    ///   - context: the request that waits; nil if none does.
    ///   - body: the closure; a driver may run it more than once.
    public func fetch<T: Sendable>(
        in context: RequestContext? = nil, _ body: @escaping @Sendable (any SQLConnection) throws -> T
    ) async throws -> T {
        do { return try await read(until: context?.deadline, body) } catch let error as SQLError {
            throw StoreUnavailable(error)
        }
    }

    /// ``write(until:_:trace:)`` for stores: an ``SQLError`` becomes ``OstiaryCore/StoreUnavailable``, except a unique violation,
    /// which stores translate into an outcome.
    /// - Parameters:
    ///   - context: the request that waits; nil if none does.
    ///   - body: the closure; a driver may run it more than once.
    ///   - trace: finds the outcome of an earlier run, as in ``SQLDatabase/write(until:_:trace:)``.
    public func commit<T: Sendable>(
        in context: RequestContext? = nil, _ body: @escaping @Sendable (SQLTransaction) throws -> T,
        trace: (@Sendable (any SQLConnection) throws -> T?)? = nil
    ) async throws -> T {
        do { return try await write(until: context?.deadline, body, trace: trace) } catch let error as SQLError {
            if case .uniqueViolation = error.code { throw error }
            let failure = WriteFailure(error.code)
            failure.count()
            (self as? any WriteFailureKeeping)?.failures.note(failure)
            throw StoreUnavailable(error)
        }
    }
}

extension WriteFailure {
    fileprivate init(_ code: SQLError.Code) {
        self =
            switch code {
            case .full: .full
            case .readOnly: .readOnly
            case .denied: .denied
            case .unavailable, .cannotOpen, .closed: .unavailable
            case .busy: .busy
            case .overloaded: .overloaded
            case .conflict: .conflict
            case .ioError: .ioError
            case .corrupt, .notADatabase: .corrupt
            case .uniqueViolation, .foreignKeyViolation, .constraint, .noSuchTable, .invalidText, .notDurable,
                .decoding, .other:
                .other
            }
    }
}

extension StoreUnavailable {
    init(_ error: SQLError) { self.init(reason: error.report) }
}
