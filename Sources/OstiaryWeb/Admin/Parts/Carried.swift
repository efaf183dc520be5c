// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The content of a form that travels through another page in hidden inputs. Passwords do not travel.
struct Carried {
    private let fields: [(name: String, value: String)]

    private static let secrets = ["password", "token"]

    init(_ form: PageForm?) {
        fields = (form?.fields ?? []).filter { field in
            !Self.secrets.contains { field.name.hasSameBytes(as: $0) }
        }
    }

    init(_ fields: [(name: String, value: String)]) { self.fields = fields }

    var html: HTML { each(fields) { #"<input type="hidden" name="\#($0.name)" value="\#($0.value)">"# } }
}

extension Carried {
    var isEmpty: Bool { fields.isEmpty }
}
