// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// The bytes of an answer's body.
final class CollectedBody: ResponseBodyWriter, Sendable {
    private let collected = Mutex<ByteBuffer?>(nil)

    /// nil where there is none.
    var buffer: ByteBuffer? { collected.withLock { $0 } }
    var bytes: [UInt8] { buffer.map { Array($0.readableBytesView) } ?? [] }

    func write(_ part: ByteBuffer) async throws {
        // The first part is usually all of it, and is not copied.
        collected.withLock { if $0 == nil { $0 = part } else { $0?.writeImmutableBuffer(part) } }
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
