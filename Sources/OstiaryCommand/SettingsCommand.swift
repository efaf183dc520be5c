// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryCore
import OstiaryServer

struct SettingsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings", abstract: "Show and change the settings of running servers.",
        discussion: "A change takes effect in every running server within a second.",
        subcommands: [List.self, Get.self, Set.self, Unset.self, SettingsHistoryCommand.self], aliases: ["constance"]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "Show every setting.")

        @Flag(name: .long, help: "Print JSON.")
        var json = false

        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws {
            try await options.withInstallation { installation in
                try await installation.withSettings { settings in
                    if json { try Terminal.print(document(settings.report())) } else { try table(settings.report()) }
                }
            }
        }

        private func table(_ reports: [SettingReport]) throws {
            try Terminal.table(
                [["NAME", "VALUE", "DEFAULT", "SOURCE", "TYPE", "RANGE", "HELP"]]
                    + reports.map { report in
                        let unit = report.setting.unit.isEmpty ? "" : " " + report.setting.unit
                        return [
                            report.setting.name, report.value, report.setting.defaultText, report.source.rawValue,
                            report.setting.typeName, report.setting.rangeText + unit, report.setting.help,
                        ]
                    }
            )
        }

        private func document(_ reports: [SettingReport]) -> String {
            var writer = JSONWriter()
            writer.beginArray()
            for report in reports {
                writer.beginObject()
                let fields = [
                    ("name", report.setting.name), ("value", report.value), ("default", report.setting.defaultText),
                    ("source", report.source.rawValue), ("type", report.setting.typeName),
                    ("range", report.setting.rangeText), ("unit", report.setting.unit), ("help", report.setting.help),
                ]
                for (key, value) in fields {
                    writer.key(key)
                    writer.string(value)
                }
                writer.endObject()
            }
            writer.endArray()
            return String(decoding: writer.bytes, as: UTF8.self)
        }
    }

    struct Get: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "get", abstract: "Print a setting's value.")

        @Argument(help: "As `settings list` shows it.")
        var name: String

        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws {
            try await options.withInstallation { installation in
                let setting = try installation.knownSettings.named(name)
                try await installation.withSettings { settings in
                    for report in settings.report() where report.setting.name == setting.name {
                        try Terminal.print(report.value)
                    }
                }
            }
        }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "set", abstract: "Change a setting.")

        @Argument(help: "As `settings list` shows it.")
        var name: String

        @Argument(help: "The new value.")
        var value: String

        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws {
            try await options.withInstallation { installation in
                try await installation.withSettings {
                    try SettingsCommand.show(await $0.set(name, to: value, in: .command), as: output)
                }
            }
        }
    }

    struct Unset: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "unset", abstract: "Reset to the default.")

        @Argument(help: "As `settings list` shows it.")
        var name: String

        @OptionGroup var output: JSONOption
        @OptionGroup(visibility: .hidden) var options: ConfigurationOptions

        func run() async throws {
            try await options.withInstallation { installation in
                try await installation.withSettings {
                    try SettingsCommand.show(await $0.unset(name, in: .command), as: output)
                }
            }
        }
    }

    fileprivate static func show(_ change: SettingChange, as output: JSONOption) throws {
        guard output.json else { return try Terminal.print("\(change.name): \(change.old) → \(change.new)") }
        try Terminal.document { json in
            json.beginObject()
            json.member("name", change.name)
            json.member("old", change.old)
            json.member("new", change.new)
            json.endObject()
        }
    }
}
