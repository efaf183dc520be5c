// SPDX-License-Identifier: Apache-2.0

import Logging
import Synchronization

/// Warns, once per process and kind, that forwarding headers do not fit `--trusted-hops`: budgets and known networks
/// are then those of a proxy, or a proxy's entry counts as the client's address.
final class ForwardingDoubts: Sendable {
    enum Kind {
        /// A request has a forwarding header, but `--trusted-hops` is 0, so no header is read.
        case unused
        /// The header has no address in the client's place.
        case misfit
    }

    private let logger: Logger
    private let isUnusedTold = Atomic(false)
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
        case .misfit where first(isMisfitTold):
            logger.warning(
                """
                A request's X-Forwarded-For has no address in the place that --trusted-hops names, so it counts as the \
                peer's. There may be fewer proxies than stated, or one does not append the address that it sees.
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
