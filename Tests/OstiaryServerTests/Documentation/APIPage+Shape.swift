// SPDX-License-Identifier: Apache-2.0

import OstiaryHTTP

extension APIPage {
    /// The lines of the table for a document; empty if there is none.
    static func members(_ shape: Shape) -> [String] {
        switch shape {
        case .nothing, .value: []
        case .array(let element), .nullable(let element), .either(let element, _): members(element)
        case .map(_, let help), .document(let help): ["\(help)\n"]
        case .object(_, let properties):
            ["| member | type | meaning |\n|---|---|---|\n"] + properties.flatMap { rows($0, below: "") }
        }
    }

    /// The rows of a member, and those of the members of its value.
    private static func rows(_ property: Property, below path: String) -> [String] {
        let doubt = property.isRequired ? "" : ", not always there"
        let row = "| `\(path)\(property.name)` | \(type(property.shape))\(doubt) | \(cell(property.help)) |\n"
        return [row] + inner(property.shape, below: path + property.name)
    }

    private static func inner(_ shape: Shape, below path: String) -> [String] {
        switch shape {
        case .nothing, .value, .document: []
        case .nullable(let shape): inner(shape, below: path)
        case .either(let first, let second): inner(first, below: path) + inner(second, below: path)
        case .array(let element): inner(element, below: path + "[]")
        case .map(let element, _): inner(element, below: path + ".*")
        case .object(_, let properties): properties.flatMap { rows($0, below: path + ".") }
        }
    }

    private static func type(_ shape: Shape) -> String {
        switch shape {
        case .nothing: "nothing"
        case .value(let kind, let format, _): format.map { "\(kind.rawValue) (\($0))" } ?? kind.rawValue
        case .object, .map, .document: "object"
        case .nullable(let shape): type(shape) + " or null"
        case .either(let first, let second): "\(type(first)), or \(type(second))"
        case .array(.object), .array(.map), .array(.document): "array of objects"
        case .array(let element): "array of: \(type(element))"
        }
    }
}
