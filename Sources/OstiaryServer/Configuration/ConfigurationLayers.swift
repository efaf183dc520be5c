// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryCore

/// The texts that flags, environment and file give for each key, and the faults that were found in them.
struct ConfigurationLayers {
    private let layers: [[ConfigurationKey: String]]
    private(set) var problems: [String] = []
    private(set) var warnings: [String] = []
    /// The dynamic settings that the environment pins, by name.
    private(set) var pinnedSettings: [String: String] = [:]

    /// The variables that belong to commands, not to the configuration.
    private static let otherVariables: Set<String> = ["OSTIARY_SUPERUSER_PASSWORD"]

    /// - Parameters:
    ///   - flags: the values given on the command line.
    ///   - environment: all environment variables of the process.
    ///   - known: the settings that a variable may pin.
    init(flags: [ConfigurationKey: String], environment: [String: String], known: [AnySetting]) {
        var variables: [ConfigurationKey: String] = [:]
        var problems: [String] = []
        var warnings: [String] = []
        let keys = Dictionary(ConfigurationKey.all.map { ($0.variable, $0) }, uniquingKeysWith: { a, _ in a })
        let settings = Dictionary(known.map { ("OSTIARY_" + $0.name, $0.name) }, uniquingKeysWith: { a, _ in a })
        for (name, value) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix("OSTIARY_") {
            if let key = keys[name] {
                variables[key] = value
            } else if let setting = settings[name] {
                pinnedSettings[setting] = value
            } else if name.hasSuffix("_FILE"), let key = keys[String(name.dropLast(5))] {
                guard environment[key.variable] == nil else {
                    problems.append("\(name) and \(key.variable) are both set; give one")
                    continue
                }
                if let fault = FileTrust.fault(of: value, isSecret: key.isSecret) {
                    problems.append(
                        "\(name): \(value) cannot be trusted: \(fault.reason). If it is right: \(fault.remedy)")
                } else if let text = Self.read(value) {
                    variables[key] = text
                } else {
                    problems.append("\(name): the file \(value) cannot be read")
                }
            } else if !Self.otherVariables.contains(name) {
                let known = Array(keys.keys) + Array(settings.keys) + keys.keys.map { $0 + "_FILE" }
                let hint = nearestName(to: name, among: known).map { "; did you mean \($0)?" } ?? ""
                warnings.append("unknown environment variable \(name)\(hint)")
            }
        }
        var file: [ConfigurationKey: String] = [:]
        if let path = flags[.config] ?? variables[.config] {
            let (values, faults) = Self.file(path)
            file = values
            problems += faults
        }
        self.problems = problems
        self.warnings = warnings
        self.layers = [flags, variables, file]
    }

    /// The text of a key, from the first layer that has it. The reader of the key parses the text.
    func text(_ key: ConfigurationKey) -> String? {
        layers.lazy.compactMap { $0[key] }.first
    }

    /// Reads a file with one JSON object, whose keys are the names of the flags.
    /// - Returns: the values that could be read, and the faults of the others.
    private static func file(_ path: String) -> (values: [ConfigurationKey: String], problems: [String]) {
        guard let text = read(path) else { return ([:], ["\(path): the file cannot be read"]) }
        let object: JSONObject
        do throws(JSONError) {
            guard case .object(let read) = try JSONReader.read(Array(text.utf8), duplicateKeys: .refused) else {
                return ([:], ["\(path): must hold one JSON object"])
            }
            object = read
        } catch {
            return ([:], ["\(path): \(error.description)"])
        }
        var values: [ConfigurationKey: String] = [:]
        var problems: [String] = []
        for member in object.members {
            let name = member.key
            guard let key = ConfigurationKey.all.first(where: { $0.name == name }), key != .config else {
                let hint = nearestName(to: name, among: ConfigurationKey.all.map(\.name))
                problems.append("\(path): unknown key \(name)" + (hint.map { "; did you mean \($0)?" } ?? ""))
                continue
            }
            switch member.value {
            case .string(let string): values[key] = string.text
            case .number(let number): values[key] = number.text
            case .array(let elements) where key == .corsOrigin:
                let origins = elements.compactMap { if case .string(let origin) = $0 { origin.text } else { nil } }
                guard origins.count == elements.count else { fallthrough }
                values[key] = origins.joined(separator: ",")
            default: problems.append("\(path): \(name) must be a string or a number")
            }
        }
        return (values, problems)
    }

    /// Reads a text file without the line end that editors add; nil if it cannot be read or is larger than 64 KiB.
    private static func read(_ path: String) -> String? {
        guard let data = FileManager.default.contents(atPath: path), data.count <= 65_536,
            let text = String(validating: data, as: UTF8.self)
        else { return nil }
        guard text.hasSuffix("\n") else { return text }
        return String(text.dropLast())
    }
}
