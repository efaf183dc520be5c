// SPDX-License-Identifier: Apache-2.0

/// A format of answers. The raw value is the value of the `format` parameter.
public enum Renderer: String, Sendable, CaseIterable {
    /// JSON, or problem details (RFC 9457) for a refusal.
    case json = "json"
    /// A page.
    case html = "api"
    /// YAML.
    case yaml = "yaml"
    /// A signed document (RFC 7519 §10.3.1), which offers no other format.
    case jwt = "jwt"

    /// The formats that every endpoint offers by default.
    public static let usual: [Renderer] = [.json, .html]

    /// The media type, as in `OPTIONS` and `Accept`.
    public var mediaType: String {
        switch self {
        case .json: "application/json"
        case .html: "text/html"
        case .yaml: "application/yaml"
        case .jwt: "application/jwt"
        }
    }
}
