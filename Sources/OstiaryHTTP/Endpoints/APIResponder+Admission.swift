// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
package import OstiaryCore

/// The judgement of a request to a route that is no endpoint.
package enum Admission: Sendable {
    /// The caller has proven an identity and meets the demand.
    case admitted(Identity)
    /// The request has no credentials.
    case anonymous
    /// The answer that refuses the request, as an endpoint would give it.
    case refused(OutgoingResponse)
}

extension APIResponder {
    /// Judges a request to a route of an application, as if it were an endpoint of the same security.
    /// - Parameters:
    ///   - request: the request; its body does not matter.
    ///   - demand: the demand beyond a token.
    ///   - isOptional: true to let requests pass that have no `Authorization` header.
    package func admission(
        of request: IncomingRequest, demand: APIOperation.Demand, isOptional: Bool
    ) async -> Admission {
        var writer = AnswerWriter(isHead: request.method == .head, requestID: request.id, path: path)
        do {
            if let malformed = RequestText.refusal(of: request) { throw malformed }
            writer.prefersProblem = Negotiation.prefersProblem(accept: request[.accept])
            if isOptional, !request.contains(.authorization) { return .anonymous }
            let context = context(of: request, since: ContinuousClock.now)
            let identity = try await authenticate(request, in: context)
            _ = try await rights(for: .bearer(demand), identity, in: context.by(.user(identity)))
            return .admitted(identity)
        } catch let refusal as Refusal {
            return .refused(writer.write(refusal, resource: nil))
        } catch {
            if error is Overloaded || error is Throttled { try? await Task.sleep(for: refusals.next()) }
            return .refused(writer.write(refusal(error, of: request), resource: nil))
        }
    }
}
