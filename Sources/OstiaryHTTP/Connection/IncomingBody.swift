// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// A request body that is being received. It grows to the announced length, within a budget that all bodies share.
struct IncomingBody {
    enum Addition {
        case added
        /// The body is larger than ``IncomingRequest/Body/maximumSize``.
        case tooLarge
        /// The budget is spent.
        case refused
    }

    private static let smallest = 1_024

    private(set) var bytes: [UInt8] = []
    /// The number of bytes taken from the budget.
    private(set) var reserved = 0
    private let announced: Int

    /// - Parameter announced: the `Content-Length`; nil for a chunked body.
    init(announced: Int?) {
        let limit = IncomingRequest.Body.maximumSize
        self.announced = min(announced ?? limit, limit)
    }

    /// - Parameter reserve: takes the given number of bytes from the budget; false if fewer are left.
    mutating func add(_ more: ByteBuffer, reserve: (Int) -> Bool) -> Addition {
        let size = bytes.count + more.readableBytes
        guard size <= IncomingRequest.Body.maximumSize else { return .tooLarge }
        if size > reserved {
            // The allocator rounds up to a power of two, so the budget is charged for the rounded size.
            let room = max(Self.smallest, min(max(size, 2 * reserved), max(size, announced))).nextPowerOf2
            guard reserve(room - reserved) else { return .refused }
            bytes.reserveCapacity(room)
            reserved = room
        }
        bytes.append(contentsOf: more.readableBytesView)
        return .added
    }
}

extension Int {
    /// The least power of two that is not smaller. The number must be positive and at most half of `Int.max`.
    fileprivate var nextPowerOf2: Int { self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount) }
}
