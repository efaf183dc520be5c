// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore

/// `POST /api/admin/users/actions/`
extension UserController {
    private static let action = Field(
        "action", .choice(AccountAction.allCases.map(\.rawValue)), example: "deactivate", help: "The action.")
    private static let ids = Field(
        "ids", .ids, isRequired: false, example: "1,2", help: "The ids of the users. Either `ids` or `matching`.")
    private static let matching = Field(
        "matching", .text, maximumLength: 2_000, isRequired: false, mayBeBlank: true, example: "active=true",
        help: "The query of a list: the action is for all users that match, at most 10,000.")
    private static let confirm = Field(
        "confirm", .integer(0...10_000), isRequired: false, example: "42",
        help: "The number of users that match: with another number, nothing is done. Required with `matching`.")

    static let acting = APIOperation(
        .post, "/api/admin/users/actions/", name: "Actions on users", operationID: "actOnUsers",
        security: .staff(isFresh: true),
        about: .init(
            "Act on several users",
            """
            Does one action to the listed users, or to all that match. Users who have more rights than you are counted \
            as refused and stay as they are.

            `activate` and `deactivate` need `ostiary.change_user`, `delete` needs `ostiary.delete_user`, and \
            `end_sessions` needs `ostiary.delete_session`.
            """,
            tag: .administration, fields: [action, ids, matching, confirm],
            successes: [Success("The numbers of users.", .actionCounts)],
            errors: [.invalidFields, .changedMeanwhile]))

    func act(_ call: Call, _ accounts: AccountService) async throws -> Answer {
        var fields = try call.fields()
        let action = fields.choice(Self.action).flatMap(AccountAction.init)
        let ids = fields.ids(Self.ids)
        let matching = fields.text(Self.matching)
        let confirmed = fields.integer(Self.confirm)
        if !fields.hasErrors {
            if (ids == nil) == (matching == nil) {
                fields.refuse(Self.ids, FieldMessage(code: "invalid", text: "Send either ids or matching."))
            }
            if matching != nil, confirmed == nil {
                fields.refuse(Self.confirm, FieldMessage(code: "required", text: "This field is required."))
            }
        }
        try fields.check()
        guard let action else { throw Refusal.internalError }
        guard call.rights?.allows(action.permission) == true else { throw Refusal.permissionDenied }
        guard let matching, let confirmed else {
            return .counts(try await accounts.perform(action, on: ids ?? [], in: call.context))
        }
        guard call.rights?.allows(.viewUser) == true else { throw Refusal.permissionDenied }
        var reader = QueryReader(matching)
        let query = UserFilters.query(&reader)
        try reader.check()
        switch try await accounts.perform(action, onAll: query, confirmed: Int(confirmed), in: call.context) {
        case .done(let counts): return .counts(counts)
        case .tooMany:
            throw Refusal.field(Self.matching.name, code: "max_value", "More than 10,000 users match.")
        case .otherNumber(let number):
            throw Refusal.changedMeanwhile(value: .number(JSONNumber(Int64(number))), author: nil)
        }
    }
}

extension Answer {
    static func counts(_ counts: ActionCounts) -> Answer {
        Answer { json in
            json.beginObject()
            for (name, number) in [
                ("done", counts.done), ("refused", counts.refused), ("not_found", counts.notFound),
            ] {
                json.key(name)
                json.integer(Int64(number))
            }
            json.endObject()
        }
    }
}

extension Shape {
    static let actionCounts = Shape.object(
        name: "ActionCounts",
        [
            Property("done", .integer, example: "2", help: "The number that the action was done to."),
            Property("refused", .integer, example: "0", help: "The number that you may not touch."),
            Property("not_found", .integer, example: "0", help: "The number that do not exist."),
        ])
}
