// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore

/// Writes the answer to one request in the negotiated form.
struct AnswerWriter: Sendable {
    /// The negotiated form. Pages are JSON here; ``FrontResponder`` has them made elsewhere.
    var renderer = Renderer.json
    /// True to write refusals as problem details (RFC 9457).
    var prefersProblem = false
    /// True to send the header fields without the body (RFC 9110 §9.3.2).
    let isHead: Bool
    let requestID: RequestID
    /// The path under which clients reach the server, for links; empty for none.
    var path = ""

    func write(_ answer: Answer, resource: Resource?) -> OutgoingResponse {
        if renderer == .yaml, let yaml = answer.yaml {
            return write(
                answer.status, answer.headers, yaml, headers: resource?.headers, mediaType: Renderer.yaml.mediaType
            )
        }
        return write(
            answer.status, answer.headers, answer.json, headers: resource?.headers,
            mediaType: renderer == .jwt ? Renderer.jwt.mediaType : Renderer.json.mediaType)
    }

    func write(_ refusal: Refusal, resource: Resource?) -> OutgoingResponse {
        var json = JSONWriter()
        if prefersProblem { refusal.writeProblem(to: &json, under: path) } else { refusal.write(to: &json) }
        return write(
            refusal.status, refusal.headers, json.bytes, headers: resource?.headers,
            mediaType: prefersProblem ? "application/problem+json" : "application/json"
        )
    }

    private static let headersWithoutResource = AnswerHeaders.common(allow: "")

    private func write(
        _ status: HTTPResponse.Status, _ own: HTTPFields, _ document: [UInt8], headers: HTTPFields?,
        mediaType: String = "application/json"
    ) -> OutgoingResponse {
        var fields = headers ?? Self.headersWithoutResource
        fields.append(HTTPField(name: .xRequestID, value: requestID.description))
        for field in own {
            // The few answers that may be stored say so in place of the usual refusal.
            if field.name == .cacheControl { fields[.cacheControl] = nil }
            fields.append(field)
        }
        // A 204 and a 304 have no content, so they have neither type nor length (RFC 9110 §15.3.5, §15.4.5).
        if status == .noContent || status == .notModified { return OutgoingResponse(status, fields) }
        if !document.isEmpty { fields.append(HTTPField(name: .contentType, value: mediaType)) }
        fields.append(HTTPField(name: .contentLength, value: String(document.count)))
        return OutgoingResponse(status, fields, body: isHead ? [] : document)
    }
}
