// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The texts that flags, environment and file give for each key, and the faults that were found in them.
struct ConfigurationLayers {
    /// A text with its source.
    struct Value: Sendable {
        let text: String
        let source: ConfigurationSource
    }

    private var layers: [[ConfigurationKey: Value]]
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
        var variables: [ConfigurationKey: Value] = [:]
        var problems: [String] = []
        var warnings: [String] = []
        let keys = Dictionary(ConfigurationKey.all.map { ($0.variable, $0) }, uniquingKeysWith: { a, _ in a })
        let settings = Dictionary(known.map { ("OSTIARY_" + $0.name, $0.name) }, uniquingKeysWith: { a, _ in a })
        for (name, value) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix("OSTIARY_") {
            if let key = keys[name] {
                variables[key] = Value(text: value, source: .variable(name))
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
                    continue
                }
                do throws(TextFile.Fault) {
                    let text = try TextFile.read(value)
                    variables[key] = Value(text: text, source: .variableFile(name, path: value))
                } catch {
                    problems.append("\(name): \(value.printable): \(error)")
                }
            } else if !Self.otherVariables.contains(name) {
                let known = Array(keys.keys) + Array(settings.keys) + keys.keys.map { $0 + "_FILE" }
                let hint = nearestName(to: name, among: known).map { "; did you mean \($0)?" } ?? ""
                warnings.append("unknown environment variable \(name)\(hint)")
            }
        }
        var file: [ConfigurationKey: Value] = [:]
        if let path = flags[.config] ?? variables[.config]?.text {
            let (values, faults) = Self.file(path)
            file = values
            problems += faults
        }
        self.problems = problems
        self.warnings = warnings
        self.layers = [flags.mapValues { Value(text: $0, source: .flag) }, variables, file]
    }

    /// The value of a key, from the first layer that has it; nil for the default. The reader of the key parses the text.
    func value(_ key: ConfigurationKey) -> Value? {
        layers.lazy.compactMap { $0[key] }.first
    }

    /// The layers as if nobody had given a value to some keys.
    func leavingOut(_ keys: Set<ConfigurationKey>) -> ConfigurationLayers {
        var copy = self
        copy.layers = layers.map { layer in layer.filter { !keys.contains($0.key) } }
        return copy
    }

    /// The file of `--config`; nil if there is none.
    var file: ConfigurationFile? {
        guard let path = value(.config)?.text else { return nil }
        let holdsSecret = ConfigurationKey.all.contains { $0.isSecret && value($0)?.source == .file(path: path) }
        return ConfigurationFile(path: path, holdsSecret: holdsSecret)
    }

    /// The prefix of keys in the file that are comments.
    static let commentPrefix = "//"

    /// Reads a file with one JSON object, whose keys are the names of the flags.
    /// - Returns: the values that could be read, and the faults of the others.
    private static func file(_ path: String) -> (values: [ConfigurationKey: Value], problems: [String]) {
        let place = "\(path.printable) (\(ConfigurationKey.config.flag))"
        let object: JSONObject
        do {
            let text = try TextFile.read(path)
            guard case .object(let read) = try JSONReader.read(Array(text.utf8), duplicateKeys: .refused) else {
                return ([:], ["\(place): the file must hold one JSON object; see: ostiary config sample"])
            }
            object = read
        } catch let error as JSONError {
            return ([:], ["\(place): the file is not JSON: \(error); see: ostiary config sample"])
        } catch {
            return ([:], ["\(place): \(error)"])
        }
        var values: [ConfigurationKey: Value] = [:]
        var problems: [String] = []
        for member in object.members {
            let name = member.key
            guard !name.hasBytePrefix(commentPrefix) else { continue }
            guard let key = ConfigurationKey.all.first(where: { $0.name == name }), key != .config else {
                let hint = nearestName(to: name, among: ConfigurationKey.all.map(\.name))
                problems.append(
                    "\(place): unknown key \(name.printable)" + (hint.map { "; did you mean \($0)?" } ?? ""))
                continue
            }
            let text: String
            switch member.value {
            case .string(let string): text = string.text
            case .number(let number): text = number.text
            case .array(let elements) where key == .corsOrigin || key == .gateOrigin:
                let origins = elements.compactMap { if case .string(let origin) = $0 { origin.text } else { nil } }
                guard origins.count == elements.count else { fallthrough }
                text = origins.joined(separator: ",")
            default:
                problems.append("\(place): \(name) must be a string or a number")
                continue
            }
            values[key] = Value(text: text, source: .file(path: path))
        }
        return (values, problems)
    }
}
