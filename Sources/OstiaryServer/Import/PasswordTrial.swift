// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// Tries known passwords against the stored ones, to see that an import has worked.
package struct PasswordTrial {
    package struct Outcome: Sendable {
        package var right = 0
        package var wrong = 0
    }

    private let installation: Installation
    private let path: String

    /// - Parameter path: a table with the fields `email` and `password`.
    package init(_ installation: Installation, file path: String) {
        (self.installation, self.path) = (installation, path)
    }

    /// - Parameter onFault: called for each line whose password is not right.
    /// - Throws: ``ImportFileError``, ``StoreUnavailable``, ``PasswordHashingFailed``, ``Overloaded``.
    package func run(
        in context: RequestContext, onFault: (_ line: Int, _ email: String, _ fault: String) -> Void
    ) async throws -> Outcome {
        var records = try ImportRecords.opened(path, .csv)
        var outcome = Outcome()
        while let record = try records.next() {
            var (email, fault) = ("", String?.none)
            switch record.content {
            case .failure(let refusal): fault = "\(refusal)"
            case .success(let fields):
                (email, fault) = try await judge(fields, in: context)
            }
            guard let fault else {
                outcome.right += 1
                continue
            }
            outcome.wrong += 1
            onFault(record.line, email, fault)
        }
        return outcome
    }

    private func judge(
        _ fields: JSONObject, in context: RequestContext
    ) async throws -> (email: String, fault: String?) {
        guard case .string(let email) = fields["email"], case .string(let password) = fields["password"] else {
            return ("", "there is no email or no password")
        }
        guard let address = EmailAddress(email.text) else { return (email.text, "the email is no address in ASCII") }
        guard let record = try await installation.storage.accounts.credential(email: address, in: context) else {
            return (email.text, "there is no such account")
        }
        let verdict = try await installation.passwords.verify(password.text, against: record.encodedPassword)
        return (email.text, verdict.valid ? nil : "the password is wrong")
    }
}
