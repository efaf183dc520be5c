// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The rights in a form: those of the product as boxes, those of the application as lines.
struct PermissionBoxes {
    let boxes: BoxesView
    let lines: FieldView

    /// - Parameters:
    ///   - given: the rights that the form shows.
    ///   - own: the visitor's rights. Nobody can give or take what they do not have.
    init(_ given: [String], own: OwnRights, problems: FormProblems) {
        boxes = BoxesView(
            heading: "Permissions",
            boxes: Permission.all.map { permission in
                BoxView(
                    name: "permissions", value: permission.rawValue, label: permission.words, note: permission.rawValue,
                    isSet: given.contains { $0.hasSameBytes(as: permission.rawValue) },
                    isLocked: !own.allows(permission))
            },
            help: own.isSuperuser ? "" : "You can give and take only what you have yourself.",
            problems: problems["permissions"], isWide: true)
        let further = given.filter { Permission($0)?.isOwn != true }.sortedByBytes
        lines = FieldView(
            name: "further_permissions", label: "Permissions of your application",
            kind: .lines(min(max(further.count + 1, 3), 12)), value: further.joined(separator: "\n"),
            help: "One in each line, as `app.codename`, for example `shop.change_order`.")
    }

    /// The rights that a form chooses, each once, in the order of their bytes.
    static func chosen(in form: PageForm) -> [String] {
        let boxes = form.all("permissions")
        let lines = (form["further_permissions"] ?? "").split { $0.isWhitespace }.map(String.init)
        var seen: [String] = []
        for text in (boxes + lines).sortedByBytes where seen.last?.hasSameBytes(as: text) != true { seen.append(text) }
        return seen
    }
}

extension [String] {
    var sortedByBytes: [String] { sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
}

extension Permission {
    /// The right in words.
    var words: String {
        switch self {
        case .viewUser: "See accounts"
        case .addUser: "Add accounts"
        case .changeUser: "Change accounts"
        case .deleteUser: "Delete accounts"
        case .viewSession: "See sessions"
        case .deleteSession: "End sessions"
        case .viewSetting: "See settings"
        case .changeSetting: "Change settings"
        case .viewGroup: "See groups"
        case .addGroup: "Add groups"
        case .changeGroup: "Change groups"
        case .deleteGroup: "Delete groups"
        case .viewAudit: "Read the audit log"
        default: rawValue
        }
    }
}
