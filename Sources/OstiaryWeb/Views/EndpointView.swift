// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
import OstiaryHTTP

/// The page of a path: its answer, and the forms of its operations.
struct EndpointView {
    struct Format {
        let formatName: String
        let formatLink: String
    }

    let frame: Frame
    let path: String
    let answer: AnswerView
    /// An instruction for the user about the answer; nil if none is needed.
    let hint: String?
    let hintOffersLogin: Bool
    let canGet: Bool
    let formats: [Format]
    let operations: [OperationView]

    init(
        frame: Frame, place: EndpointIndex.Entry, path: String, answer: AnswerView, reply: OutgoingResponse,
        form: PageForm?,
        present: JSONObject?, address: String
    ) {
        self.frame = frame
        self.path = path
        self.answer = answer
        let methods = place.endpoints.map(\.method.rawValue)
        canGet = methods.contains("GET")
        switch reply.status {
        case .methodNotAllowed where form == nil:
            hint =
                "A browser opens a page with GET. This one accepts \(methods.joined(separator: " and ")): use the form."
            hintOffersLogin = false
        case .unauthorized where frame.user == nil && reply.fields[.wwwAuthenticate] != nil:
            hint = "This endpoint requires a login."
            hintOffersLogin = true
        default:
            hint = nil
            hintOffersLogin = false
        }
        formats =
            place.documents.map {
                Format(formatName: $0.rawValue, formatLink: "\(path)?\(EndpointIndex.Entry.bytes)=\($0.rawValue)")
            }
        operations = place.endpoints.map {
            OperationView($0, place: place, path: path, form: form, reply: reply, present: present, address: address)
        }
    }
}
