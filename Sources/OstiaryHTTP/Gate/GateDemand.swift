// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore

/// The demands that the query of a request to the gate makes. Each narrows who is let in; parameters that the gate does
/// not know are an application's own, since some proxies pass on the query of the client.
struct GateDemand: Sendable, Equatable {
    /// The most seconds since the login (RFC 9470 §4); nil for any.
    private(set) var maximumAge: Int?
    private(set) var permissions: [Permission] = []

    /// The longest `max_age`, in seconds: about 68 years.
    static let longest = 2_147_483_647
    private static let mostPairs = 100

    /// - Parameter target: the path with its query.
    /// - Throws: ``Refusal`` of 403 where one of its own parameters is malformed: ignoring it would let in more.
    init(target: String) throws(Refusal) {
        let pairs = Query.text(of: target).parts(separatedBy: UInt8(ascii: "&"), atMost: Self.mostPairs + 1)
        guard pairs.count <= Self.mostPairs else { throw .malformedDemand("the query has too many parameters") }
        for pair in pairs {
            let equals = pair.place(of: UInt8(ascii: "=")) ?? pair.endIndex
            guard equals - pair.startIndex <= 64, let name = Query.decoded(pair[..<equals]) else { continue }
            let value = pair[equals...].dropFirst()
            if name.hasSameBytes(as: "max_age") {
                let seconds = try Self.seconds(value)
                maximumAge = min(maximumAge ?? seconds, seconds)
            } else if name.hasSameBytes(as: "permission") {
                guard value.count <= 3 * Permission.maximumLength, let text = Query.decoded(value),
                    let permission = Permission(text)
                else { throw .malformedDemand("permission must be a name such as app.codename") }
                permissions.append(permission)
            }
        }
    }

    private static func seconds(_ digits: ArraySlice<UInt8>) throws(Refusal) -> Int {
        guard (1...10).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }),
            let seconds = Int(digits.text), seconds <= longest
        else { throw .malformedDemand("max_age must be a number of seconds") }
        return seconds
    }

    /// - Throws: ``Refusal`` of 401 (RFC 9470 §3) if the login of the user is too old.
    func judgeLogin(of identity: Identity, at now: Timestamp) throws(Refusal) {
        guard let maximumAge, !identity.isAuthenticated(within: maximumAge, at: now) else { return }
        throw .insufficientAuthentication(maximumAge: maximumAge)
    }
}

extension Refusal {
    fileprivate static func malformedDemand(_ text: String) -> Refusal {
        Refusal(code: .permissionDenied, body: .detail("Nobody is let in: \(text)."))
    }

    /// 401: the login is older than the operator allows here (RFC 9470 §3).
    static func insufficientAuthentication(maximumAge: Int) -> Refusal {
        let challenge = """
            Bearer realm="api", error="insufficient_user_authentication", \
            error_description="More recent authentication is required", max_age="\(maximumAge)"
            """
        return Refusal(
            code: .insufficientAuthentication, body: .detail("Log in again: this address needs a recent login."),
            headers: [.wwwAuthenticate: challenge])
    }

    /// 403: the request may change something, and no page of the asked host has sent it.
    static let otherOrigin = Refusal(
        code: .crossSiteRequest, body: .detail("A page of another site sent this request with the browser's cookie."))
}
