import HTTPTypes
import Hummingbird
import NIOCore
import OstiaryCore

/// How the answer to one request is written: decided before anything is done.
struct AnswerWriter: Sendable {
    var renderer: Renderer
    /// Whether refusals go out as RFC 9457 problem details.
    var prefersProblem: Bool
    let pages: any PageRenderer
    let request: HTTPRequest
    let requestID: String

    func write(_ answer: Answer, resource: Resource?) -> Response {
        if renderer == .yaml, let yaml = answer.yaml {
            return write(
                answer.status, answer.headers, yaml, title: nil, headers: resource?.headers,
                mediaType: Renderer.yaml.mediaType
            )
        }
        return write(answer.status, answer.headers, answer.json, title: resource?.name, headers: resource?.headers)
    }

    func write(_ refusal: Refusal, resource: Resource?) -> Response {
        var json = JSONWriter()
        let asProblem = prefersProblem && renderer != .html
        if asProblem { refusal.writeProblem(to: &json) } else { refusal.write(to: &json) }
        return write(
            refusal.status, refusal.headers, json.bytes, title: resource?.name, headers: resource?.headers,
            mediaType: asProblem ? "application/problem+json" : "application/json"
        )
    }

    private static let headersWithoutResource = AnswerHeaders.common(allow: "")

    private func write(
        _ status: HTTPResponse.Status, _ own: HTTPFields, _ document: [UInt8], title: String?, headers: HTTPFields?,
        mediaType: String = "application/json"
    ) -> Response {
        var fields = headers ?? Self.headersWithoutResource
        fields.append(HTTPField(name: .xRequestID, value: requestID))
        for field in own { fields.append(field) }
        // It has no content, and so neither type nor length (RFC 9110 §15.3.5).
        if status == .noContent { return Response(status: status, headers: fields) }
        var body = document
        switch renderer {
        case .json, .yaml: fields.append(HTTPField(name: .contentType, value: mediaType))
        case .html:
            for field in pages.headers { fields[field.name] = field.value }
            body = pages.render(
                PageContent(
                    title: title ?? status.reasonPhrase, method: request.method.rawValue,
                    path: String((request.path ?? "/").prefix { $0 != "?" }), status: status,
                    json: String(decoding: document, as: UTF8.self)
                )
            )
        }
        fields.append(HTTPField(name: .contentLength, value: String(body.count)))
        let sent = request.method == .head ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: body))
        return Response(status: status, headers: fields, body: sent)
    }
}
