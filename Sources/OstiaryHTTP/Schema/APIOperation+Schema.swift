// SPDX-License-Identifier: Apache-2.0

import HTTPTypes

extension APIOperation {
    /// The id of an operation that declares none.
    static func operationID(_ method: HTTPRequest.Method, _ name: String, _ about: About) -> String {
        switch method {
        case .get:
            if case .array = about.successes.first?.shape { return "list" + name }
            return "get" + name
        case .put, .patch: return "update" + name
        case .delete: return "delete" + name
        default: return name.prefix(1).lowercased() + name.dropFirst()
        }
    }

    /// A copy of the operation whose body has one of these formats.
    func reading(_ formats: [BodyFormat]) -> APIOperation {
        APIOperation(
            method, path, name: name, operationID: operationID, security: security, about: about,
            parsers: parsers.filter(formats.contains), renderers: renderers)
    }

    /// The name of the body's schema: one for all media types, so generators make one type.
    var bodyName: String { operationID.prefix(1).uppercased() + operationID.dropFirst() + "Request" }
}
