// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
package import Logging
package import OstiaryCore

/// Logs a line for each request that reaches a responder. It stands outermost, so the line has the answer as it is sent.
///
/// The line holds no text of the client's choice: no query, no header, and of the path only its template.
package struct AccessLog: Responder {
    private let base: any Responder
    private let template: @Sendable (Substring) -> String?
    private let address: ClientAddress
    private let addresses: AuditLog.Addresses
    private let level: Logger.Level
    private let logger: Logger

    /// The path in the line of a request for a path that the server does not know.
    static let unknownPath = "unknown"
    /// The method in the line of a request with a method that no resource has.
    static let otherMethod = "other"
    private static let methods: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options]

    /// - Parameters:
    ///   - base: answers the requests.
    ///   - template: the path with placeholders for what clients choose; nil for an unknown path.
    ///   - trustedHops: the number of the operator's proxies that each request passes.
    ///   - addresses: the part of clients' addresses that the lines show.
    ///   - level: the level of the lines.
    package init(
        _ base: any Responder, template: @escaping @Sendable (Substring) -> String?, trustedHops: Int,
        addresses: AuditLog.Addresses, level: Logger.Level, logger: Logger
    ) {
        self.base = base
        self.template = template
        self.address = ClientAddress(trustedHops: trustedHops)
        self.addresses = addresses
        self.level = level
        self.logger = logger
    }

    package func respond(to request: IncomingRequest) async -> OutgoingResponse {
        let (start, request) = (ContinuousClock.now, request.witnessed)
        let response = await base.respond(to: request)
        log(request, response.status, since: start)
        return response
    }

    package func immediateResponse(to request: IncomingRequest) -> EncodedResponse? {
        let (start, request) = (ContinuousClock.now, request.witnessed)
        guard let response = base.immediateResponse(to: request) else { return nil }
        log(request, response.status, since: start)
        return response
    }

    /// The line has the time without the wait.
    package func wait(before request: IncomingRequest) -> RequestWait? { base.wait(before: request) }

    package func owns(_ path: Substring) -> Bool { base.owns(path) }

    private func log(
        _ request: IncomingRequest, _ status: HTTPResponse.Status, since start: ContinuousClock.Instant
    ) {
        let microseconds = ((ContinuousClock.now - start) / .microseconds(1)).rounded()
        var metadata: Logger.Metadata = [
            "method": "\(Self.methods.first { $0 == request.method }?.rawValue ?? Self.otherMethod)",
            "path": "\(template(request.path) ?? Self.unknownPath)", "status": "\(status.code)",
            "ms": "\(microseconds / 1_000)", "request": "\(request.id)",
        ]
        metadata["address"] = addresses.shown(address.address(of: request)).map { "\($0)" }
        metadata["user"] = request.witness?.user.map { "\($0)" }
        logger.log(level: level, "request", metadata: metadata)
    }
}
