// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore

extension SettingController {
    static let value = Field(
        "value", .scalar, maximumLength: 255, example: "86400",
        help: "The new value, as text or as the number or boolean that it stands for."
    )
    static let seen = Field(
        "was", .scalar, maximumLength: 255, example: "108000",
        help: "The `value` that you saw. If another one is in force by now, nothing is changed."
    )
    static let seenParameter = Parameter(
        "was", in: .query, isRequired: true, example: "86400",
        help: "The `value` that you saw. If another one is in force by now, nothing is changed."
    )
    static let valueParameter = Parameter(
        "value", in: .query, isRequired: true, example: "86400", help: "The value whose consequences are asked for."
    )
    private static let id = Parameter(
        "id", in: .path, isRequired: true, example: Setting.sessionMaximumLifetime.name,
        help: "The `name` of a setting. Any other value gets 404."
    )

    static let listing = APIOperation(
        .get, "/api/admin/settings/", name: "Settings", operationID: "listSettings", security: .staff(.viewSetting),
        about: .init(
            "List the settings",
            """
            Lists all settings on one page. A change is in force in every server within a second.

            While the store of the settings cannot be reached, the `source` of all that it could change is `last known`, \
            and changes get 503.
            """,
            tag: .administration,
            successes: [Success("The settings.", .page(name: "Settings", of: SettingReport.shape))]
        ),
        parsers: []
    )

    static let showing = APIOperation(
        .get, "/api/admin/settings/{id}/", name: "Setting", operationID: "getSetting",
        security: .staff(.viewSetting),
        about: .init(
            "Show a setting", "Shows a setting with its last \(SettingsService.historySize) changes.",
            tag: .administration, parameters: [Self.id],
            successes: [Success("The setting.", SettingReport.shapeWithHistory)], errors: [.notFound]
        ),
        parsers: []
    )

    static let changing = APIOperation(
        .put, "/api/admin/settings/{id}/", name: "Setting", operationID: "changeSetting",
        security: .staff(.changeSetting),
        about: .init(
            "Change a setting",
            """
            Stores a value.

            Of two people who change one setting at the same time, the second is told: the value is compared with `was` in the \
            transaction that writes.
            """,
            tag: .administration, fields: [Self.value, Self.seen], parameters: [Self.id],
            successes: [Success("The changed setting.", SettingReport.shapeWithHistory)],
            errors: [.invalidFields, .notFound, .changedMeanwhile, .settingPinned]
        )
    )

    static let unsetting = APIOperation(
        .delete, "/api/admin/settings/{id}/", name: "Setting", operationID: "unsetSetting",
        security: .staff(.changeSetting),
        about: .init(
            "Reset a setting", "Deletes the stored value, so that the default is in force.",
            tag: .administration, parameters: [Self.id, Self.seenParameter],
            successes: [Success("The default is in force.", .nothing, status: .noContent)],
            errors: [.invalidFields, .notFound, .changedMeanwhile, .settingPinned]
        ),
        parsers: []
    )

    static let previewing = APIOperation(
        .get, "/api/admin/settings/{id}/preview/", name: "Setting preview", operationID: "previewSetting",
        security: .staff(.changeSetting),
        about: .init(
            "Preview a change",
            """
            Tells how many sessions would end if a setting had a value: with a shorter `SESSION_MAX_LIFETIME` they end at their next \
            refresh. Nothing is changed.
            """,
            tag: .administration, parameters: [Self.id, Self.valueParameter],
            successes: [
                Success(
                    "The consequences.",
                    .object(
                        name: "SettingPreview",
                        [
                            Property(
                                "sessions_ending", .integer, isNullable: true, example: "27",
                                help: """
                                    The number of sessions, counted up to \(BoundedCount.limit); null for a setting that ends \
                                    no session.
                                    """),
                            Property(
                                "is_more", .boolean, isNullable: true, example: "false",
                                help: "True if there may be more; null where nothing was counted."),
                        ]))
            ],
            errors: [.invalidFields, .notFound]
        ),
        parsers: []
    )
}

extension SettingReport {
    fileprivate static let shape = Shape.object(name: "Setting", properties)

    fileprivate static let shapeWithHistory = Shape.object(
        name: "SettingWithHistory",
        properties + [
            Property(
                "history",
                .array(
                    of: .object(
                        name: "SettingChange",
                        [
                            Property("at", format: "date-time", example: "2026-01-01T12:00:00Z", help: "The time."),
                            Property("actor", example: "user:42", help: "The author."),
                            Property(
                                "old", isNullable: true, example: "108000",
                                help: "The value before; null for the default."),
                            Property(
                                "new", isNullable: true, example: "86400",
                                help: "The value after; null for the default."),
                            Property(
                                "cause", isNullable: true, example: "refused_by_redis",
                                help: "Why an entry takes back the one before; null for an ordinary change."),
                        ])),
                help: "The last changes, the newest first.")
        ])

    private static let properties = [
        Property("name", example: "SESSION_MAX_LIFETIME", help: "The name of the setting."),
        Property("help", example: "How long a session lasts from its login.", help: "A sentence about the setting."),
        Property("type", example: "int", help: "The type of the value: `int`, `bool` or `number/period`."),
        Property("unit", example: "s", help: "The unit of the value; empty for a plain number."),
        Property("default", example: "0", help: "The value that is in force while none is stored."),
        Property(
            "minimum", isNullable: true, example: "0", help: "The smallest value; null where values have no order."),
        Property(
            "maximum", isNullable: true, example: "315360000",
            help: "The largest value; null where values have no order."),
        Property("value", example: "86400", help: "The value in force. All values are texts."),
        Property(
            "source", example: "database",
            help: """
                The source of the value: `pinned`, `redis`, `database`, `constance-table`, `default`, or `last known` where \
                the store cannot be reached or its value is not valid.
                """),
        Property("is_pinned", .boolean, example: "false", help: "True if the environment sets the value."),
        Property(
            "changed_at", format: "date-time", isNullable: true, example: "2026-01-01T12:00:00Z",
            help: "The time of the change that has put the value in force; null if it is not recorded."),
        Property("changed_by", isNullable: true, example: "user:42", help: "The author of that change."),
    ]
}
