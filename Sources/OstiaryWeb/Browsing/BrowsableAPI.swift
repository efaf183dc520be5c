// SPDX-License-Identifier: Apache-2.0

public import Crypto
import HTTPTypes
import OstiaryCore
public import OstiaryHTTP

/// The API as pages: documentation, answers and forms at the API's own paths, made by a client of it in this process.
public struct BrowsableAPI: PageSite {
    /// Whom pages are for.
    public enum Audience: Sendable {
        case everybody, staff
    }

    let directory: Directory
    let reception: Reception
    let origin: SameOrigin
    let key: SymmetricKey
    /// What the samples begin with.
    let address: String
    private let audience: Audience

    var jar: CookieJar { reception.jar }

    /// - Parameters:
    ///   - operations: everything that the API serves.
    ///   - key: makes the tokens of forms; the same on all nodes.
    ///   - address: scheme, host and port where nobody has configured how clients reach the server.
    ///   - publicURL: the same as configured.
    ///   - isSecure: whether browsers come by https.
    ///   - isStaff: whether an access token is that of a member of the staff.
    public init(
        operations: [Operation], key: SymmetricKey, address: String, publicURL: String?, isSecure: Bool,
        audience: Audience, isStaff: @escaping @Sendable (String) async -> Bool
    ) {
        self.directory = Directory(operations)
        self.reception = Reception(jar: CookieJar(isSecure: isSecure), isStaff: isStaff)
        self.origin = SameOrigin(publicURL: publicURL, isSecure: isSecure)
        self.key = key
        self.address = publicURL ?? address
        self.audience = audience
    }

    public func owns(_ path: Substring) -> Bool { path.hasBytePrefix(Asset.folder) }

    public func answer(_ visit: Visit, api: InProcessAPI) async throws -> Reply {
        let path = visit.path
        if owns(path[...]) {
            if let asset = Asset.at(path), [.get, .head].contains(visit.request.method) { return asset.reply }
            return try await api.ask(visit.apiRequest(visit.request.method, visit.request.path ?? "/"))
        }
        let form = form(of: visit)
        if visit.body == nil, PageForm.isSent(by: visit.request) { return try tooLarge(visit) }
        var visitor = try await reception.visitor(visit, api: api)
        if let form, !isGenuine(form, visit, visitor) { return try refusal(of: visit, visitor) }
        if path == Self.login || path + "/" == Self.login { return try await login(visit, form, visitor, api) }
        if path == Self.logout, form != nil { return try await logout(visit, visitor, api) }
        if audience == .staff, visitor.profile?.isStaff != true { return try door(visit, visitor) }
        return try await browse(visit, form, &visitor, api)
    }

    static let login = "/login/"
    static let logout = "/logout/"

    /// A request with credentials of its own was made by a program, whatever its body looks like, and so was one that
    /// has neither our token nor anything that a browser sends with every form.
    private func form(of visit: Visit) -> PageForm? {
        guard PageForm.isSent(by: visit.request), visit.request.headerFields[.authorization] == nil,
            let body = visit.body
        else { return nil }
        let form = PageForm(body)
        let isBrowsers = [HTTPField.Name.cookie, .origin, .secFetchSite].contains {
            visit.request.headerFields[$0] != nil
        }
        return isBrowsers || !form.token.isEmpty ? form : nil
    }

    private func isGenuine(_ form: PageForm, _ visit: Visit, _ visitor: Visitor) -> Bool {
        guard let secret = visitor.secret, origin.allows(visit.request) else { return false }
        return secret.isFormToken(form.token, key)
    }
}
