// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1

/// Where the answers of a connection come from.
struct WireAnswers: Sendable {
    /// The answer that needs nothing but memory; nil for all others. Asked on the event loop.
    let immediate: @Sendable (HTTPRequestHead) -> WireAnswer?
    let answer: @Sendable (HTTPRequestHead, ByteBuffer, any Channel) async -> WireAnswer
}
