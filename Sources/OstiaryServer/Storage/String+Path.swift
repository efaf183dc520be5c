// SPDX-License-Identifier: Apache-2.0

extension String {
    /// The directory that holds the file or directory of this path; `.` for a name alone.
    package var containingDirectory: String {
        let slash = UInt8(ascii: "/")
        let path = utf8.reversed().drop { $0 == slash }
        let directory = path.drop { $0 != slash }.drop { $0 == slash }
        if !directory.isEmpty { return String(decoding: directory.reversed(), as: UTF8.self) }
        return utf8.first == slash ? "/" : "."
    }
}
