// SPDX-License-Identifier: Apache-2.0

import Logging
import Synchronization

/// Warns, once per process and kind, that forwarding headers do not fit `--trusted-hops`: budgets and known networks
/// are then those of a proxy, or a proxy's entry counts as the client's address.
final class ForwardingDoubts: Sendable {
    enum Kind {
        /// A request has a forwarding header, but `--trusted-hops` is 0, so no header is read.
        case unused
        /// The header has fewer entries than this number of proxies, or is missing.
        case short(_ trustedHops: Int)
        /// The header has something else than an address in the client's place.
        case misfit
    }

    private let logger: Logger
    private let isUnusedTold = Atomic(false)
    private let isShortTold = Atomic(false)
    private let isMisfitTold = Atomic(false)

    init(logger: Logger) { self.logger = logger }

    func note(_ kind: Kind) {
        switch kind {
        case .unused where first(isUnusedTold):
            logger.warning(
                """
                A request has X-Forwarded-For or Forwarded, which --trusted-hops 0 ignores. If there is a proxy in \
                front, all its clients share rate limits and network: set --trusted-hops to the number of proxies.
                """
            )
        case .short(let hops) where first(isShortTold):
            logger.warning(
                """
                A request's X-Forwarded-For has fewer entries than --trusted-hops \(hops) states, so it counts as the \
                peer's: it went past a proxy, or there are fewer. Set --trusted-hops to the number of proxies.
                """
            )
        case .misfit where first(isMisfitTold):
            logger.warning(
                """
                A request's X-Forwarded-For has no address in the place that --trusted-hops names, so it counts as the \
                peer's. One of the proxies may not append the address that it sees.
                """
            )
        default: break
        }
    }

    private func first(_ isTold: borrowing Atomic<Bool>) -> Bool {
        guard !isTold.load(ordering: .relaxed) else { return false }
        return !isTold.exchange(true, ordering: .relaxed)
    }
}
