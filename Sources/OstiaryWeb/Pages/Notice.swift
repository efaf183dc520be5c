// SPDX-License-Identifier: Apache-2.0

/// A sentence that the next page shows once, after a form has led there. Its cookie holds only the code, so a forged
/// cookie cannot put a text of its own on a page.
package struct Notice: Sendable, Equatable {
    /// The code in the cookie: ASCII without white space.
    let code: String
    let text: String

    package init(_ code: String, _ text: String) {
        self.code = code
        self.text = text
    }

    static let loggedOut = Notice("logged-out", "You are logged out.")
    static let sessionEnded = Notice("session-ended", "Your session has ended. Log in again.")
    static let passwordIsTemporary = Notice(
        "password-is-temporary", "Somebody else set your password. Choose one that only you know.")

    /// The notices that belong to no site.
    static let ofShell: [Notice] = [loggedOut, sessionEnded, passwordIsTemporary]
}
