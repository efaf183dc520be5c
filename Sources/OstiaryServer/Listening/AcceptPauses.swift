// SPDX-License-Identifier: Apache-2.0

import Glibc
import Logging
import NIOCore
import OstiaryCore
import Synchronization

/// Counts the times that a listener takes no further connection, and logs the first one of each minute.
final class AcceptPauses: Sendable {
    private struct State {
        /// The time of the last line.
        var told: ContinuousClock.Instant?
        /// The pauses since then.
        var untold = 0
    }

    private static let interval = Duration.seconds(60)

    private let state = Mutex(State())
    private let logger: Logger

    init(logger: Logger) { self.logger = logger }

    /// - Parameter limit: the limit that was reached; nil if that of the process or of the machine was.
    func note(_ pause: AcceptPause, limit: Int? = nil) {
        pause.count()
        let now = ContinuousClock.now
        let pauses: Int? = state.withLock { state in
            state.untold += 1
            if let told = state.told, now - told < Self.interval { return nil }
            defer { state = State(told: now) }
            return state.untold
        }
        guard let pauses else { return }
        var metadata: Logger.Metadata = ["pauses": "\(pauses)"]
        metadata["connections"] = limit.map { "\($0)" }
        logger.warning(
            """
            new connections wait until others close, since this process has as many \(pause.rawValue) as it may: raise \
            its limit of open files (ulimit -n, LimitNOFILE=), or look for clients that keep connections
            """, metadata: metadata)
    }
}

/// Lets a listener wait for a moment after a connection could not be accepted for lack of descriptors or memory.
///
/// The connection stays in the kernel's queue, so without a pause the event loop would try it again at once, for ever.
final class AcceptFaults: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private static let pause = TimeAmount.milliseconds(100)
    private static let passing: Set<CInt> = [EMFILE, ENFILE, ENOBUFS, ENOMEM]

    private let pauses: AcceptPauses

    private init(_ pauses: AcceptPauses) { self.pauses = pauses }

    /// Makes the channel of a listener wait after such faults.
    static func handle(on channel: any Channel, _ pauses: AcceptPauses) async {
        // It fails only for a channel that is closed already.
        try? await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.addHandler(AcceptFaults(pauses), position: .first)
        }.get()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? IOError, Self.passing.contains(error.errnoCode) else {
            return context.fireErrorCaught(error)
        }
        pauses.note(.descriptors)
        let channel = context.channel
        try? channel.syncOptions?.setOption(.autoRead, value: false)
        context.eventLoop.scheduleTask(in: Self.pause) {
            try? channel.syncOptions?.setOption(.autoRead, value: true)
        }
    }
}
