// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// A group as the API describes it.
struct AdminGroup: Sendable {
    let id: Int64
    let name: String
    let permissions: [String]

    init(_ object: JSONObject) {
        id = object.number("id") ?? 0
        name = object.text("name")
        permissions = object.texts("permissions")
    }

    var path: String { "\(AdminSection.groups.path)\(id)/" }
    var crumb: Crumb { Crumb(crumbName: name, crumbLink: path, isHere: false) }
}
