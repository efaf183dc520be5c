// SPDX-License-Identifier: Apache-2.0

/// Tells what a link is for, before it is used.
public struct LinkService: Sendable {
    private let links: any LinkStore
    private let throttling: Throttling

    package init(links: any LinkStore, throttling: Throttling) {
        self.links = links
        self.throttling = throttling
    }

    /// Finds a live link without using it.
    /// - Parameters:
    ///   - token: nil for a malformed one.
    ///   - context: the context of the call: author, time, deadline.
    /// - Returns: nil if the link is unknown, used or expired.
    /// - Throws: ``Throttled``, ``StoreUnavailable``.
    public func find(_ token: OneTimeToken?, in context: RequestContext) async throws -> FoundLink? {
        try await throttling.admitLink(from: context.origin.address.map(Network.init), in: context)
        guard let token else { return nil }
        let digests = LinkPurpose.allCases.map { ($0, token.digest(for: $0)) }
        return try await links.find(Dictionary(uniqueKeysWithValues: digests), in: context)
    }
}
