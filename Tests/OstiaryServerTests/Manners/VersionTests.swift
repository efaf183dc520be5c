// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    @Suite struct Versions {
        @Test("the version names the libraries that are loaded, and the text has the same values as the JSON")
        func libraries() throws {
            // The same libraries, asked by another program.
            let asked = """
                import ctypes, sqlite3
                pq = ctypes.CDLL('libpq.so.5').PQlibVersion()
                sodium = ctypes.CDLL('libsodium.so.23').sodium_version_string
                sodium.restype = ctypes.c_char_p
                print(f'"sqlite":"{sqlite3.sqlite_version}","libpq":"{pq // 10000}.{pq % 10000}",'
                      f'"libsodium":"{sodium().decode()}"')
                """
            let python = try CommandResult(
                Executable.required("python3", package: "python3"), ["-c", asked],
                environment: Executable.inheritedEnvironment)
            let libraries = python.stdout.filter { !$0.isNewline }
            #expect(libraries.contains("\"libpq\""), "\(python)")
            let document = try runCommand(["version", "--json"]).stdout
            #expect(document.contains(libraries), "\(document) lacks \(libraries)")
            // Only `make release` tells the commit.
            #expect(document.contains(#""commit":null,"source_date_epoch":null,"swift":null"#), "\(document)")
            let text = try runCommand(["version"]).stdout
            for value in libraries.split(separator: "\"").filter({ $0.contains(".") }) {
                #expect(text.contains(value), "\(text)")
            }
        }
    }
}
