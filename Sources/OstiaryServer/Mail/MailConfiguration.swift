// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore
import OstiaryHTTP
package import OstiaryMail

/// The part of the boot configuration that makes a server send mail.
package struct MailConfiguration: Sendable, Equatable {
    package var url: MailURL
    package var sender: MailSender
    /// The folder of an operator's own templates; nil for the built-in ones alone.
    package var templates: String?
    /// The targets of links that are not pages of the server, with ``LinkTargets/placeholder`` in them.
    package var links: [LinkPurpose: String]
}

extension MailConfiguration {
    /// The keys of link targets. A registration is completed where an address is proven.
    static let linkKeys: [(key: ConfigurationKey, purposes: [LinkPurpose])] = [
        (.linkVerify, [.verification, .registration]), (.linkReset, [.reset]), (.linkChange, [.change, .undo]),
        (.linkLogin, [.login]),
    ]

    /// Checks the target of a link: a page of the server's own origin or of one that may read its answers.
    /// - Returns: the fault as a phrase behind the name of the key; nil if there is none.
    static func fault(ofLink text: String, publicURL: PublicURL, origins: [Origin]) -> String? {
        let parts = text.split(separator: LinkTargets.placeholder, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return "must have {token} once" }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return "must be ASCII without spaces" }
        guard let slashes = text.firstRange(of: "://") else { return "must be an absolute URL" }
        let end = text[slashes.upperBound...].firstIndex { "/?#".contains($0) } ?? text.endIndex
        guard end < parts[0].endIndex, let origin = try? Origin(String(text[..<end])) else {
            return "must be an absolute URL"
        }
        guard "\(origin)" == publicURL.origin || origins.contains(origin) else {
            return "must have the origin of --public-url or of a --cors-origin"
        }
        guard text.hasPrefix("https://") || !publicURL.isSecure else { return "must begin with https://" }
        return nil
    }
}
