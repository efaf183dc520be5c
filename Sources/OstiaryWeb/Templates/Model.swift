// SPDX-License-Identifier: Apache-2.0

import Mustache

/// A view as templates read it: each value is reflected once.
///
/// The template library reflects a value for each name that it looks up in it, and climbs through all values around it
/// for one that is nil, which took most of the time that a page took.
struct Model: MustacheParent {
    private let members: [String: Any]

    func child(named name: String) -> Any? { members[name] }

    /// - Parameter view: texts, truth values, integers, optionals and arrays of views, and structures of these.
    /// - Returns: nil for an empty optional.
    static func of(_ view: Any) -> Any? {
        if view is String || view is Bool || view is Int { return view }
        let mirror = Mirror(reflecting: view)
        switch mirror.displayStyle {
        case .optional: return mirror.children.first.flatMap { of($0.value) }
        case .collection: return mirror.children.compactMap { of($0.value) }
        case .struct:
            var members: [String: Any] = [:]
            for child in mirror.children {
                if let name = child.label, let member = of(child.value) { members[name] = member }
            }
            return Model(members: members)
        default: return view
        }
    }
}
