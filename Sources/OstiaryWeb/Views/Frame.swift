// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryHTTP

/// The content that all pages share.
struct Frame {
    var title = ""
    var user: String?
    var loginLink: String?
    /// The token that each form of the page carries.
    var formToken = ""
    var notice: String?
    var crumbs: [Crumb] = []
    var navigation: [NavigationLink] = []
}

/// A link to a page above the current one.
struct Crumb {
    let crumbName: String
    let crumbLink: String
    let isHere: Bool

    static func trail(to path: String, in directory: EndpointIndex) -> [Crumb] {
        var prefixes: [String] = []
        var prefix = "/"
        for part in path.split(separator: "/") {
            prefix += part + "/"
            prefixes.append(prefix)
        }
        return prefixes.compactMap { prefix in
            if prefix == SchemaController.indexing.path {
                return Crumb(crumbName: "API", crumbLink: prefix, isHere: false)
            }
            guard let place = directory[prefix] else { return nil }
            let isHere = prefix == path.withSlash
            return Crumb(crumbName: place.argument ?? place.name, crumbLink: prefix, isHere: isHere)
        }
    }
}

/// A piece of a sentence: plain text, or code that stands in backticks there.
struct Piece {
    let piece: String
    let isCode: Bool

    static func pieces(_ text: String) -> [Piece] {
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated().compactMap { index, part in
            part.isEmpty ? nil : Piece(piece: String(part), isCode: index % 2 == 1)
        }
    }
}
