// SPDX-License-Identifier: Apache-2.0

import CBuild
import OstiaryCore
import OstiaryPostgres
import OstiarySQLite

/// The release of the program, and what it was built from.
public enum Version {
    /// The version number (Semantic Versioning 2.0.0).
    public static let text = "0.1.0"

    /// The commit of the sources; `+dirty` stands behind it if they were changed. nil if the build was not told, as in
    /// a debug build.
    public static var commit: String? { fact(ostiary_build_commit()) }

    /// The time of the commit in seconds since 1970, which `SOURCE_DATE_EPOCH` was.
    public static var commitTime: Int64? { fact(ostiary_build_time()).flatMap { Int64($0) } }

    /// The version of the compiler.
    public static var swift: String? { fact(ostiary_build_swift()) }

    /// The versions of the system's libraries as the process has loaded them.
    public static var libraries: [(name: String, version: String)] {
        [
            ("sqlite", SQLiteDatabase.libraryVersion), ("libpq", PostgresDatabase.libraryVersion),
            ("libsodium", PasswordHasher.libraryVersion),
        ]
    }

    private static func fact(_ text: UnsafePointer<CChar>?) -> String? {
        guard let text, text.pointee != 0 else { return nil }
        return String(cString: text)
    }
}
