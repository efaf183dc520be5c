// SPDX-License-Identifier: Apache-2.0

/// A fault of an installation, with its remedy.
package struct Finding: Sendable, Equatable {
    package enum Level: String, Sendable {
        /// A server does not start or does not work, or others can sign tokens or change accounts.
        case error
        case warning
    }

    package let level: Level
    /// A stable code, for scripts.
    package let code: String
    package let text: String
    package let advice: String

    init(_ level: Level, _ code: String, _ text: String, advice: String) {
        self.level = level
        self.code = code
        self.text = text
        self.advice = advice
    }
}
