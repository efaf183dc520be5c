// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A measured value, printed in a form that can be collected from the output.
package func figure(_ name: String, _ value: some CustomStringConvertible) {
    print("figure: \(name) = \(value)")
}

package func figure(_ name: String, seconds: Double) {
    figure(name, "\((seconds * 1000).rounded() / 1000) s")
}

/// A whole number of the environment.
package func environmentNumber(_ name: String) -> Int? {
    getenv(name).flatMap { Int(String(cString: $0)) }
}

/// Kibibytes of memory that a process holds, as the kernel counts them; 0 for a process that is gone.
package func residentKiB(ofProcess pid: String = "self") -> Int {
    let line = text(ofFile: "/proc/\(pid)/status").split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
}
