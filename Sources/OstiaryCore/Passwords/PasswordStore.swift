// SPDX-License-Identifier: Apache-2.0

/// The store of encoded passwords. Each method is one transaction.
///
/// Every method may throw ``StoreUnavailable``; it has changed nothing then.
public protocol PasswordStore: Sendable {
    /// Replaces the password if it still is `current`, so that a new hash never undoes a change.
    /// - Returns: true if it was replaced.
    func replacePassword(
        id: User.ID, current: String, with encoded: String, in context: RequestContext
    ) async throws -> Bool
    /// Replaces the password if the session's proof holds, ends every session of the user, deletes the known networks
    /// and opens the new session: all of it or nothing.
    func changePassword(
        to encoded: String, opening session: NewSession, in context: RequestContext
    ) async throws -> SessionOpening
    /// Sets the password, ends every session of the user and deletes the known networks, since both may belong to a
    /// thief of the old password.
    /// - Parameters:
    ///   - id: the id of the account.
    ///   - encoded: the new password in Django's encoded form.
    ///   - mustChange: true to mark the password as one to be changed, which each login tells until it is.
    ///   - notice: the message that tells the owner; nil for none.
    ///   - context: the context of the call: author, time, deadline.
    /// - Returns: false if there is no such user.
    /// - Throws: also ``AdministrationRefusal``.
    func resetPassword(
        id: User.ID, to encoded: String, mustChange: Bool, notice: MailNotice?, in context: RequestContext
    ) async throws -> Bool
}

extension PasswordStore {
    /// Sets the password as ``resetPassword(id:to:mustChange:notice:in:)``, without a message to the owner.
    /// - Returns: false if there is no such user.
    /// - Throws: ``StoreUnavailable``, ``AdministrationRefusal``.
    public func resetPassword(
        id: User.ID, to encoded: String, mustChange: Bool = false, in context: RequestContext
    ) async throws -> Bool {
        try await resetPassword(id: id, to: encoded, mustChange: mustChange, notice: nil, in: context)
    }
}
