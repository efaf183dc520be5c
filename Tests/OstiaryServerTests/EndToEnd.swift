// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

/// The tests that start the real binary. One after another: they measure times and use all cores themselves.
@Suite(.serialized, .onItsOwnThread)
enum EndToEnd {}
