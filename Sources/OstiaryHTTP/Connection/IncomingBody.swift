// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// A request body that is coming in. It grows to the announced length, out of a budget that all bodies share.
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
    /// Bytes that were taken from the budget.
    private(set) var reserved = 0
    private let announced: Int

    /// - Parameter announced: the `Content-Length`; nil for a body in chunks.
    init(announced: Int?) {
        let limit = IncomingRequest.Body.maximumSize
        self.announced = min(announced ?? limit, limit)
    }

    /// - Parameter reserve: takes so many bytes more from the budget; false if that has not as many left.
    mutating func add(_ more: ByteBuffer, reserve: (Int) -> Bool) -> Addition {
        let size = bytes.count + more.readableBytes
        guard size <= IncomingRequest.Body.maximumSize else { return .tooLarge }
        if size > reserved {
            // An allocator rounds up to a power of two.
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
    /// For a positive number of at most half the range.
    fileprivate var nextPowerOf2: Int { self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount) }
}
