import HTTPTypes
import OstiaryCore

/// Whose request it is when proxies stand in front.
struct ClientAddress: Sendable {
    /// How many proxies of ours each request passes. Each appends the address that it saw to `X-Forwarded-For`, so the
    /// client's is that many places from the end; whatever stands further left was written by anybody
    /// (CVE-2023-36456).
    let trustedHops: Int

    func address(peer: String?, headers: HTTPFields) -> IPAddress? {
        let peer = peer.flatMap(IPAddress.init)
        guard trustedHops > 0 else { return peer }
        let hops = headers[values: .xForwardedFor].flatMap { $0.split(separator: ",") }
        guard hops.count >= trustedHops else { return peer }
        let text = hops[hops.count - trustedHops].drop { $0 == " " }
        return IPAddress(String(text.prefix { $0 != " " })) ?? peer
    }
}
