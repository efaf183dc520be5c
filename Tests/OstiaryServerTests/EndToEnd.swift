// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

/// The tests that start the real binary. They run beside each other, on servers that they share where they can.
@Suite(.onItsOwnThread)
enum EndToEnd {
    /// Tests that measure time or memory, or kill processes: one after another, and in a run of their own.
    @Suite(.serialized)
    enum Alone {}
}
