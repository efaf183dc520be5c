// SPDX-License-Identifier: Apache-2.0

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
