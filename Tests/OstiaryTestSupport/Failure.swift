// SPDX-License-Identifier: Apache-2.0

/// Something the tests themselves could not do: start, connect, set up.
package struct Failure: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
