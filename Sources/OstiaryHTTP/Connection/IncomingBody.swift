// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// A request body that is coming in. It grows to what the request announced, out of a budget of all bodies together.
struct IncomingBody {
    enum Addition {
        case taken
        /// Larger than any body may be.
        case tooLarge
        /// The budget is spent.
        case refused
    }

    private static let smallest = 1_024
    /// Stands for every body that is larger than one may be; what came in of it is of no use.
    static let tooLarge = ByteBuffer(repeating: 0, count: APIResponder.maximumBodySize + 1)

    private(set) var bytes = ByteBuffer()
    /// What was taken from the budget.
    private(set) var reserved = 0
    private let announced: Int

    /// - Parameter announced: the `Content-Length`; nil where a body is sent in chunks.
    init(announced: Int?) {
        self.announced = min(announced ?? APIResponder.maximumBodySize, APIResponder.maximumBodySize)
    }

    mutating func add(_ more: inout ByteBuffer, of crowd: Crowd) -> Addition {
        let size = bytes.readableBytes + more.readableBytes
        guard size <= APIResponder.maximumBodySize else { return .tooLarge }
        if size > reserved {
            // A buffer's room is a power of two.
            let room = max(Self.smallest, min(max(size, 2 * reserved), max(size, announced))).nextPowerOf2
            guard crowd.takeBody(room - reserved) else { return .refused }
            bytes.reserveCapacity(room)
            reserved = room
        }
        bytes.writeBuffer(&more)
        return .taken
    }
}

extension Int {
    /// For a positive number of at most half the range.
    fileprivate var nextPowerOf2: Int { self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount) }
}
