// SPDX-License-Identifier: Apache-2.0

/// The URLs of links. They come from the boot configuration alone: neither a request nor a setting can move them, so
/// nobody can send links elsewhere.
package struct LinkTargets: Sendable, Equatable {
    /// The URL of the server, without a slash at its end.
    private let base: String
    /// URLs of pages of an application, with `{token}` in them, by purpose.
    private let own: [LinkPurpose: String]

    package static let placeholder = "{token}"

    package init(base: String, own: [LinkPurpose: String] = [:]) {
        self.base = base
        self.own = own
    }

    /// The absolute URL of a link.
    package func url(of purpose: LinkPurpose, _ token: OneTimeToken) -> String {
        guard let target = own[purpose] else { return "\(base)\(Self.path(of: purpose))?token=\(token.text)" }
        return target.replacing(Self.placeholder, with: token.text)
    }

    /// The path of the server's own page of a purpose.
    package static func path(of purpose: LinkPurpose) -> String {
        switch purpose {
        case .verification, .registration: "/account/verify/"
        case .reset: "/account/reset/"
        case .change: "/account/change/"
        case .undo: "/account/undo/"
        case .login: "/account/login/"
        }
    }
}
