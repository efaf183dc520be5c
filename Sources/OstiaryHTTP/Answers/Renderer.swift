public import HTTPTypes

/// A form in which answers are written.
public enum Renderer: String, Sendable, CaseIterable {
    case json = "json"
    case html = "api"
    case yaml = "yaml"

    /// What every endpoint offers.
    public static let usual: [Renderer] = [.json, .html]

    /// As `OPTIONS` and `Accept` name it.
    public var mediaType: String {
        switch self {
        case .json: "application/json"
        case .html: "text/html"
        case .yaml: "application/yaml"
        }
    }
}

/// Makes the page that a browser is shown instead of JSON.
public protocol PageRenderer: Sendable {
    /// Needed by the page, beside what every answer carries; its `Content-Type` among them.
    var headers: HTTPFields { get }
    func render(_ page: PageContent) -> [UInt8]
}

/// What a page shows. Nothing in it is escaped.
public struct PageContent: Sendable {
    public let title: String
    public let method: String
    public let path: String
    public let status: HTTPResponse.Status
    /// The same document that a JSON client gets.
    public let json: String
}
