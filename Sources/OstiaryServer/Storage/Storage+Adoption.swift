// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL

extension Storage {
    /// Ends the sharing of refresh tokens with Django: from now on servers start with `--legacy-tokens taken` only, and the
    /// rows that servers have made in Django's table are deleted.
    /// - Parameter progress: called with the number of deleted rows so far.
    /// - Returns: the number of deleted rows.
    /// - Throws: ``StartError``; ``StoreUnavailable``.
    func finishAdoption(progress: (Int) -> Void) async throws -> Int {
        guard var finished = adoption, finished.adoption.refreshTokens != nil else { throw StartError.nothingToFinish }
        finished.adoption.refreshTokens?.isShared = false
        _ = try await adoptions.replace(finished.text, isForced: true, at: now())
        return try await adoptions.deleteCopies(progress: progress)
    }

    /// Records the configuration of this process in place of that of the servers, which must be stopped.
    /// - Returns: the recorded one before, and that of now.
    /// - Throws: ``StartError``; ``StoreUnavailable``.
    func recordAdoption() async throws -> (before: String, now: String) {
        guard let adoption else { throw StartError.nothingToRecord }
        guard let recorded = try await adoptions.state().recorded else { throw StartError.nothingRecorded }
        if let fault = adoption.fault(replacing: recorded) { throw StartError.otherTables(recorded, fault) }
        try await engine.withoutServers {
            // PostgreSQL notices the end of a server a moment later.
            let deadline = ContinuousClock.now + .seconds(1)
            while try await !adoptions.replace(adoption.text, isForced: false, at: now()) {
                guard ContinuousClock.now < deadline else { throw StartError.served(place) }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
        return (recorded, adoption.text)
    }
}

extension AdoptionConfiguration {
    /// The reason why this use cannot take the place of another one; nil for none. The server's own tables refer to the
    /// accounts, and its tokens to rows of the table of refresh tokens.
    fileprivate func fault(replacing recorded: String) -> String? {
        if Self.users(recorded) != Self.users(text) { return "another table of accounts" }
        guard let tokens = Self.tokens(recorded), tokens != Self.tokens(text) else { return nil }
        return "another table of refresh tokens"
    }

    /// The words of a ``text`` that name the table of the accounts.
    private static func users(_ text: String) -> Substring? { text.split(separator: " --password-hasher ").first }

    /// The words of a ``text`` that name the table of refresh tokens; nil for none.
    private static func tokens(_ text: String) -> Substring? {
        text.split(separator: " --legacy-refresh-table ").dropFirst().first?.split(separator: " --legacy-tokens ").first
    }
}
