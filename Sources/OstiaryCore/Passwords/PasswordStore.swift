// SPDX-License-Identifier: Apache-2.0

/// Where passwords are kept, in their encoded form. Each method is one transaction.
///
/// Every method may throw ``StoreUnavailable``; nothing has happened then.
public protocol PasswordStore: Sendable {
    /// Replaces the password only while it still is `current`, so that a re-hash never undoes a change.
    /// - Returns: whether it was replaced.
    func replacePassword(
        id: User.ID, current: String, with encoded: String, in context: RequestContext
    ) async throws -> Bool
    /// Replaces the password that the session's proof is about, ends every session of the user, forgets the networks and
    /// opens this one, all or nothing.
    func changePassword(
        to encoded: String, opening session: NewSession, in context: RequestContext
    ) async throws -> SessionOpening
    /// Sets the password, ends every session of the user and forgets the networks, since whoever knew the old one may hold
    /// both.
    /// - Returns: false where there is no such user.
    func resetPassword(id: User.ID, to encoded: String, in context: RequestContext) async throws -> Bool
}
