// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// A configuration file in which every key is explained and none is set.
package enum ConfigurationSample {
    private static let about = """
        A configuration for: ostiary serve --config FILE. Keys that begin with // are comments. To set a key, remove the \
        // before its name. Flags and environment variables override this file.
        """

    /// The text of the file. JSON has no comments, so keys that begin with `//` are read as such.
    package static var text: String {
        var lines = [member("// about", about)]
        for key in ConfigurationKey.all where key != .config {
            let safer = key.isSecret ? " Safer in a file of its own: \(key.variable)_FILE." : ""
            lines.append(member("// \(key.name)", "\(key.flagHelp)\(safer)"))
            lines.append(member("//\(key.name)", key.example))
        }
        return "{\n" + lines.joined(separator: ",\n") + "\n}"
    }

    private static func member(_ name: String, _ value: String) -> String {
        "  \(quoted(name)): \(quoted(value))"
    }

    private static func quoted(_ text: String) -> String {
        var json = JSONWriter()
        json.string(text)
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
