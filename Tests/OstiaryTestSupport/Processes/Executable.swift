// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc

/// Programs that the machine has.
package enum Executable {
    /// The path of a program that `PATH` has.
    package static func named(_ name: String) -> String? {
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        return path.split(separator: ":").map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    /// - Throws: ``Failure`` that says which Debian package has it.
    package static func required(_ name: String, package: String) throws -> String {
        guard let path = named(name) else { throw Failure("\(name) is not installed: apt-get install \(package)") }
        return path
    }

    /// The variables of the tests' own process, for programs that need to know the machine.
    package static var inheritedEnvironment: [String: String] { ProcessInfo.processInfo.environment }
}
