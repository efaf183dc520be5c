// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// Runs the same random calls on several stores and compares all their answers.
///
/// ```swift
/// let differential = StoreDifferential(operations: 2_000, using: &generator)
/// try await differential.run(on: [("memory", memory), ("SQLite", sqlite)])
/// ```
public struct StoreDifferential: Sendable {
    private let operations: [(operation: StoreOperation, at: Timestamp)]

    /// Chooses the calls, their texts and their times by the generator.
    public init(operations count: Int, using generator: inout some RandomNumberGenerator) {
        var now = Stores.start
        var given: [Int] = []
        operations = (0..<count).map { index in
            // Mostly seconds; sometimes long enough for tokens to expire, rarely for networks.
            let step =
                switch Int.random(in: 0..<480, using: &generator) {
                case 0: KnownNetwork.lifetime
                case 1...4: 700
                default: Int.random(in: 0...3, using: &generator)
                }
            now = Timestamp(microseconds: now.adding(seconds: step).microseconds + 1)
            let operation = StoreOperation.random(index, given: given, using: &generator)
            switch operation {
            case .open, .changePassword: given.append(index)
            // The spent token may be presented again.
            case .rotate(let presented, _, _, _, _): given += [presented, index]
            default: break
            }
            return (operation, now)
        }
    }

    /// Runs the calls and compares the answers of all stores with those of the first.
    /// - Parameter stores: stores on empty storages, with names for the report.
    /// - Returns: the number of answers by their first word, so that a test can require enough of each.
    /// - Throws: ``ConformanceFailure`` with the first call whose answers differ.
    @discardableResult
    public func run(on stores: [(name: String, stores: Stores)]) async throws -> [String: Int] {
        let all = await withTaskGroup(of: (Int, [String]).self) { group in
            for (index, entry) in stores.enumerated() {
                group.addTask { (index, await answers(of: entry.stores)) }
            }
            return await group.reduce(into: [Int: [String]]()) { $0[$1.0] = $1.1 }
        }
        guard let expected = all[0] else { return [:] }
        for (index, entry) in stores.enumerated().dropFirst() {
            let given = all[index] ?? []
            for (place, pair) in zip(expected, given).enumerated() where pair.0 != pair.1 {
                throw ConformanceFailure(
                    description: "call \(place), \(operations[place].operation): \(stores[0].name) answered "
                        + "\(pair.0), \(entry.name) answered \(pair.1)"
                )
            }
        }
        return expected.reduce(into: [:]) { $0[String($1.prefix(while: \.isLetter)), default: 0] += 1 }
    }

    private func answers(of stores: Stores) async -> [String] {
        var subject = StoreSubject(stores)
        var answers: [String] = []
        for (operation, now) in operations {
            do {
                answers.append(try await subject.perform(operation, at: now))
            } catch {
                answers.append("threw \(String(reflecting: error))")
            }
        }
        return answers
    }
}
