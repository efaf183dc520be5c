// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
package import OstiaryHTTP

/// The pages on which the links of messages land, and the one that asks for a new password. They are a client of the
/// JSON API in this process.
///
/// Opening a link uses nothing, since programs that look at messages open links, too: the page says what will happen,
/// and its button does it.
package struct AccountSite: Site {
    static let root = "/account/"
    static let forgot = "\(root)forgot/"

    package let prefix = AccountSite.root
    package let navigation: [NavigationLink] = []
    package let recovery: String? = AccountSite.forgot

    package init() {}

    package func admits(_ visitor: PageSession) -> Bool { true }

    package func answer(_ request: inout PageRequest) async throws -> OutgoingResponse {
        let path = request.visit.pagePath.withSlash
        if path.hasSameBytes(as: Self.forgot) { return await request.askForPassword() }
        guard let page = LinkPage(path: path) else { return request.noPage() }
        return try await request.useLink(on: page)
    }
}

/// A page on which links land.
enum LinkPage: String, CaseIterable {
    case verify, reset, change, undo, login

    init?(path: String) {
        guard let page = Self.allCases.first(where: { $0.path.hasSameBytes(as: path) }) else { return nil }
        self = page
    }

    var path: String { "\(AccountSite.root)\(rawValue)/" }

    /// The purposes of the links that lead here.
    var purposes: [LinkPurpose] { LinkPurpose.allCases.filter { LinkTargets.path(of: $0).hasSameBytes(as: path) } }
}
