// SPDX-License-Identifier: Apache-2.0

/// A sentence that the next page says once, after a form has led there. Its cookie holds the code only, so that nobody who sets
/// cookies chooses what a page says.
package struct Notice: Sendable, Equatable {
    /// ASCII, without blanks.
    let code: String
    let text: String

    package init(_ code: String, _ text: String) {
        self.code = code
        self.text = text
    }

    static let loggedOut = Notice("logged-out", "You are logged out.")
}
