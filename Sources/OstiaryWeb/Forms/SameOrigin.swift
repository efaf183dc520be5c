import HTTPTypes

/// Whether a request was made by a page of this server, as far as the browser tells.
struct SameOrigin: Sendable {
    /// Scheme, host and port under which the server is known; nil where nobody has said.
    let publicURL: String?
    let isSecure: Bool

    /// `Sec-Fetch-Site` is the browser's own word, which no page can change; over plain http browsers do not send it.
    /// Then `Origin` has to name this server. A client that sends neither is no browser of this decade, and has to know
    /// the form's token all the same.
    func allows(_ request: HTTPRequest) -> Bool {
        if let site = request.headerFields[.secFetchSite], site != "same-origin" { return false }
        guard let origin = request.headerFields[.origin] else { return true }
        if origin == publicURL { return true }
        if request.headerFields[.secFetchSite] == "same-origin" { return true }
        // A proxy may have changed the host, but then it speaks https, and the browser sends the header above.
        guard let authority = request.authority, !authority.isEmpty else { return false }
        return origin == "https://\(authority)" || !isSecure && origin == "http://\(authority)"
    }
}

// swift-format-ignore: NeverForceUnwrap
extension HTTPField.Name {
    static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
}
