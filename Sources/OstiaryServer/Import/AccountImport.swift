// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore
import OstiarySQL

/// Takes over the accounts of a file.
package struct AccountImport {
    /// The counts of an import.
    package struct Outcome: Sendable {
        package var created = 0
        package var rejected = 0
        /// Objects of a dump that are no accounts.
        package var others = 0
        /// The line behind the last record that is in the database, or was rejected: an import that was interrupted goes
        /// on there.
        package var nextLine: Int

        /// - Parameter firstLine: the line at which the import begins.
        package init(firstLine: Int) { nextLine = firstLine }
    }

    /// A record that is left out.
    package struct Reject: Sendable {
        package let line: Int
        package let email: String?
        package let reason: String
    }

    /// The accounts of one transaction.
    private static let portion = 1_000

    private let store: any ImportStore
    private let path: String
    private let format: ImportFormat
    private let keepsIDs: Bool
    private let firstLine: Int

    /// - Parameters:
    ///   - keepsIDs: true to take over the ids.
    ///   - firstLine: the line at which the import begins; records before it are passed over.
    package init(
        _ installation: Installation, file path: String, _ format: ImportFormat, keepsIDs: Bool, firstLine: Int
    ) {
        store = SQLImportStore(database: installation.database)
        (self.path, self.format, self.keepsIDs, self.firstLine) = (path, format, keepsIDs, firstLine)
    }

    /// Reads the file and creates the accounts, a thousand in a transaction.
    /// - Parameters:
    ///   - isTrial: true to write nothing.
    ///   - onReject: called for each record that is left out.
    ///   - progress: called after each portion, with the share of the file in percent, nil for a pipe.
    ///   - outcome: the counts so far, also after an error.
    /// - Throws: ``ImportFileError``, ``StoreUnavailable``, an error of `onReject`.
    package func run(
        isTrial: Bool, into outcome: inout Outcome, in context: RequestContext,
        onReject: (Reject) throws -> Void, progress: (Outcome, Int64?) -> Void
    ) async throws {
        var records = try ImportRecords.opened(path, format)
        var portion: [(line: Int, account: ImportedAccount)] = []
        func reject(_ line: Int, _ email: String?, _ reason: String) throws {
            outcome.rejected += 1
            try onReject(Reject(line: line, email: email, reason: reason))
        }
        func write(next line: Int) async throws {
            let results =
                isTrial ? portion.map { _ in nil } : try await store.create(portion.map(\.account), in: context)
            for (entry, refusal) in zip(portion, results) {
                guard let refusal else {
                    outcome.created += 1
                    continue
                }
                try reject(entry.line, entry.account.account.email.text, "\(refusal)")
            }
            portion = []
            outcome.nextLine = line
        }
        while let record = try records.next() {
            guard record.line >= firstLine else { continue }
            // A portion is written before the next record is judged, so that every line before it is done with.
            if portion.count == Self.portion {
                try await write(next: record.line)
                progress(outcome, records.percent)
            }
            switch record.content {
            case .failure(let refusal): try reject(record.line, nil, "\(refusal)")
            case .success(let fields):
                guard format != .djangoDump || (fields["email"] != nil && fields["password"] != nil) else {
                    outcome.others += 1
                    continue
                }
                do throws(ImportRefusal) {
                    portion.append((record.line, try ImportedAccount(fields, keepsID: keepsIDs)))
                } catch {
                    var email: String?
                    if case .string(let text) = fields["email"] { email = text.text }
                    try reject(record.line, email, "\(error)")
                }
            }
        }
        try await write(next: .max)
        if keepsIDs, !isTrial { try await store.followIDs() }
        progress(outcome, 100)
    }
}
