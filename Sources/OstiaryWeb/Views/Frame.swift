// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryHTTP

/// The content that all pages share.
struct Frame {
    /// The name of the product, which is also the title of the start page.
    static let product = "Ostiary"

    var title = ""
    var user: String?
    var loginLink: String?
    /// The token that each form of the page carries.
    var formToken = ""
    var notice: String?
    var crumbs: [Crumb] = []
    var navigation: [NavigationLink] = []
    /// The path of the link at the top that leads to the part of the site in which the page stands; nil for none.
    var section: String?
    /// The address to which the page leads on without a click; nil for none.
    var onward: String?
    /// The stylesheets that the page loads beside that of all pages.
    var styles: [Asset] = []
}

/// A link to a page above the current one.
struct Crumb {
    let crumbName: String
    let crumbLink: String
    let isHere: Bool

    /// The list of all paths, which every trail begins with.
    private static let index = Crumb(crumbName: "API", crumbLink: SchemaController.indexing.path, isHere: false)

    static func trail(to path: String, in directory: EndpointIndex) -> [Crumb] {
        var prefixes: [String] = []
        var prefix = "/"
        for part in path.split(separator: "/") {
            prefix += part + "/"
            prefixes.append(prefix)
        }
        let places = prefixes.compactMap { prefix -> Crumb? in
            guard prefix != index.crumbLink, let place = directory[prefix] else { return nil }
            let isHere = prefix == path.withSlash
            let name = place.endsWithArgument ? place.argument : nil
            return Crumb(crumbName: name ?? place.name, crumbLink: prefix, isHere: isHere)
        }
        return [index] + places
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
