// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore

/// Finds the host that a browser has asked, as the proxy before it names it.
///
/// The name is only ever compared with those that the operator has configured, so no address is made of a header.
package struct GateHosts: Sendable {
    /// The host of a request.
    package enum Place: Sendable, Equatable {
        /// The host of this server, on which people log in.
        case own
        /// An origin of an application, on which the browser has a pass.
        case other(Origin)
        case unknown
    }

    private let own: PublicURL?
    private let ownAuthority: String?
    private let others: [(authority: String, origin: Origin)]

    /// - Parameters:
    ///   - publicURL: the URL under which clients reach the server. Without one every host is its own.
    ///   - others: the origins of applications on other hosts.
    package init(publicURL: PublicURL?, others: [Origin]) {
        self.own = publicURL
        self.ownAuthority = publicURL.map { Self.authority(of: $0.origin) }
        self.others = others.map { (Self.authority(of: $0.description), $0) }
    }

    /// The origins of applications on other hosts.
    package var origins: [Origin] { others.map(\.origin) }

    /// The host of a request: the one that `X-Forwarded-Host` names, else `Host`. Where both name a host that is known,
    /// they have to agree.
    package func place(of request: IncomingRequest) -> Place {
        guard ownAuthority != nil || !others.isEmpty else { return .own }
        let asked = request.authority.map(place) ?? .unknown
        let forwarded = request[values: .xForwardedHost]
        guard let name = forwarded.first else { return asked }
        guard forwarded.count == 1 else { return .unknown }
        let place = place(name)
        return asked == .unknown || asked == place ? place : .unknown
    }

    private func place(_ name: String) -> Place {
        guard name.utf8.count <= 300 else { return .unknown }
        func isNamed(_ authority: String) -> Bool {
            // A name without a port stands for one with the port of its scheme, and the other way round.
            [name, Self.withoutPort(name, ":443"), Self.withoutPort(name, ":80")].contains { name in
                name.utf8.count == authority.utf8.count && name.octets.matches(authority.utf8)
            }
        }
        if let ownAuthority, isNamed(ownAuthority) { return .own }
        return others.first { isNamed($0.authority) }.map { .other($0.origin) } ?? .unknown
    }

    /// True if a page of the asked host has sent the request, by the headers that browsers send (Fetch §3.2.5, §4.1).
    /// A request with none of them is not: every current browser sends one with an unsafe method.
    func isFromPage(of place: Place, _ request: IncomingRequest) -> Bool {
        if let site = request[.secFetchSite] { return site.matches("same-origin") }
        guard let origin = request[.origin] else { return false }
        switch place {
        case .own:
            if let own { return origin.octets.matches(Self.lowercased(own.origin).utf8) }
            guard let host = request.authority, !host.isEmpty else { return false }
            return ["https://", "http://"].contains { origin.hasSameBytes(as: $0 + host) }
        case .other(let other): return other.isNamed(by: origin)
        case .unknown: return false
        }
    }

    /// - Parameter origin: scheme, host and port.
    /// - Returns: host and port in lower case, without the port of the scheme.
    private static func authority(of origin: String) -> String {
        let lower = lowercased(origin)
        let isSecure = lower.hasBytePrefix("https://")
        let authority = String(decoding: lower.utf8.dropFirst(isSecure ? 8 : 7), as: UTF8.self)
        return withoutPort(authority, isSecure ? ":443" : ":80")
    }

    private static func withoutPort(_ name: String, _ port: String) -> String {
        guard name.utf8.count > port.utf8.count, name.utf8.suffix(port.utf8.count).elementsEqual(port.utf8) else {
            return name
        }
        return String(decoding: name.utf8.dropLast(port.utf8.count), as: UTF8.self)
    }

    private static func lowercased(_ text: String) -> String {
        String(decoding: text.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
}

// swift-format-ignore: NeverForceUnwrap
extension HTTPField.Name {
    static let xForwardedHost = HTTPField.Name("X-Forwarded-Host")!
}
