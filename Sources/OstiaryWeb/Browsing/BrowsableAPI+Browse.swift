// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
import OstiaryHTTP

extension BrowsableAPI {
    /// The page of the requested path.
    func browse(_ page: inout PageRequest) async throws -> OutgoingResponse {
        let (visit, form) = (page.visit, page.form)
        let call = call(visit, form, page.visitor)
        let reply = await page.ask(call)
        // A program takes a 204 as it is. With a form, a page is sent: a browser would keep showing the previous one.
        if reply.status == .noContent, form == nil { return reply }
        if call.isUnsafe { try await page.lookAgain() }
        var frame = page.frame()
        let answer = AnswerView(
            reply, of: call, linkingMembers: directory.hasMembers(visit.pagePath.withSlash),
            isPlain: bytes(of: visit) != nil)
        let status = reply.status == .noContent ? .ok : reply.status
        switch (visit.pagePath.withSlash, directory[visit.pagePath]) {
        case (SchemaController.indexing.path, _):
            frame.title = "API"
            let view = IndexView(frame: frame, directory: directory, answer: answer)
            return page.page(view.html, status, reply.fields)
        case (SchemaController.explaining.path, _):
            frame.title = "Errors"
            return page.page(ErrorsView(frame: frame).html, status, reply.fields)
        case (_, let place?):
            frame.title = place.name
            frame.crumbs = Crumb.trail(to: visit.pagePath, in: directory)
            let view = EndpointView(
                frame: frame, place: place, path: visit.pagePath, answer: answer, reply: reply, form: form,
                present: try await present(place, page, answered: call.isRead ? reply : nil), address: address
            )
            return page.page(view.html, status, reply.fields)
        case ("/", nil):
            frame.title = Frame.product
            let view = HomeView(frame: frame, version: version, firstRequest: firstRequest)
            // Programs get 404 here, since `/` has no endpoint; people get the start page.
            return page.page(view.html, .ok, reply.fields)
        case (let path, nil):
            frame.title = "Nothing here"
            let nearest = directory.nearest(to: path[...])
            let view = NotFoundView(frame: frame, path: visit.pagePath, nearest: nearest, answer: answer)
            return page.page(view.html, status, reply.fields)
        }
    }

    /// The document that fills the forms of a path: its answer to `GET`, requested if another method was.
    private func present(
        _ place: EndpointIndex.Entry, _ page: PageRequest, answered: OutgoingResponse?
    ) async throws -> JSONObject? {
        let methods = place.endpoints.map(\.method)
        guard methods.contains(.get), methods.contains(.put) || methods.contains(.patch) else { return nil }
        var reply = answered
        if reply == nil {
            var call = page.visit.apiRequest(.get, page.visit.pagePath)
            if let session = page.visitor.session { call.fields[.authorization] = "Bearer \(session.access)" }
            reply = await page.ask(call)
        }
        return reply?.status == .ok ? reply?.document?.object : nil
    }

    /// The format whose bytes the request asks for; nil if the page shows the answer for people.
    private func bytes(of visit: IncomingRequest) -> Renderer? {
        guard let name = visit.query(EndpointIndex.Entry.bytes) else { return nil }
        return directory[visit.pagePath]?.documents.first { name.hasSameBytes(as: $0.rawValue) }
    }

    /// The API request that the browser's request means. Requests by links and by forms of this server get the cookie's
    /// access token; a program's request has only its own credentials.
    private func call(_ visit: IncomingRequest, _ form: PageForm?, _ visitor: PageSession) -> APIRequest {
        var call = visit.apiRequest(form?.method ?? visit.method, target(visit, form))
        if let bytes = bytes(of: visit) { call.fields[.accept] = bytes.mediaType }
        if let form {
            let place = directory[visit.pagePath]
            let endpoint = place?.endpoints.first { $0.method == form.method }
            let names = endpoint?.parameters.filter { $0.place == .header }.map(\.name) ?? []
            for header in form.headers where names.contains(header.name) {
                guard let name = HTTPField.Name(header.name) else { continue }
                call.fields[name] = header.value
            }
            if let content = form.content {
                call.fields[.contentType] = form.contentType
                call.body = .init(Array(content.utf8))
            } else if form.method != .options, endpoint?.fields.isEmpty == false {
                call.fields[.contentType] = BodyFormat.json.rawValue
                call.body = .init(form.json(of: endpoint?.fields ?? []))
            }
        } else {
            for name in [HTTPField.Name.contentType, .idempotencyKey, .authorization] {
                for value in visit[values: name] { call.fields.append(HTTPField(name: name, value: value)) }
            }
            call.body = visit.body
        }
        if let session = visitor.session, form != nil || !call.isUnsafe, visit[.authorization] == nil {
            call.fields[.authorization] = "Bearer \(session.access)"
        }
        return call
    }

    /// The path with those parts of the query that are meant for the API.
    private func target(_ visit: IncomingRequest, _ form: PageForm?) -> String {
        let query = visit.target.utf8.drop { $0 != UInt8(ascii: "?") }.dropFirst()
        let own = ["format=", EndpointIndex.Entry.bytes + "="]
        var pairs = query.split(separator: UInt8(ascii: "&")).filter { pair in
            !own.contains { pair.starts(with: $0.utf8) }
        }.map { String(decoding: $0, as: UTF8.self) }
        if let bytes = bytes(of: visit) { pairs.append("format=\(bytes.rawValue)") }
        pairs += (form?.query ?? []).map { "\(percentEncoded($0.name))=\(percentEncoded($0.value))" }
        return visit.pagePath + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    }
}

extension APIRequest {
    fileprivate var isUnsafe: Bool { ![.get, .head, .options].contains(method) }
    fileprivate var isRead: Bool { [.get, .head].contains(method) }
}

extension String {
    var withSlash: String { utf8.last == UInt8(ascii: "/") ? self : self + "/" }
}

/// Percent-encodes all characters except the unreserved ones (RFC 3986 §2.1, §2.3).
func percentEncoded(_ text: String) -> String { FormURLEncoded.encoded(text) }
