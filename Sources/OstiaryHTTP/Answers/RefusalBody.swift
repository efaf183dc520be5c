// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore

extension Refusal {
    /// Writes the document of the contract.
    func write(to json: inout JSONWriter) {
        json.beginObject()
        switch body {
        case .detail(let text):
            json.key("detail")
            json.string(text)
        case .error(let text):
            json.key("error")
            json.string(text)
        case .fields(let fields):
            for (field, messages) in fields {
                json.key(field)
                json.strings(messages.map(\.text))
            }
        case .changed(let detail, let value, let author):
            json.key("detail")
            json.string(detail)
            json.present(value, by: author)
        case .oauth(let text):
            json.key("error")
            json.string(code.rawValue)
            json.key("error_description")
            json.string(text)
        }
        json.endObject()
    }

    /// Writes problem details (RFC 9457), for clients that ask for `application/problem+json`.
    /// - Parameter path: the path under which clients reach the server; empty for none.
    func writeProblem(to json: inout JSONWriter, under path: String) {
        json.beginObject()
        json.key("type")
        json.string(path + code.reference)
        json.key("title")
        json.string(code.title)
        json.key("status")
        json.integer(Int64(status.code))
        json.key("code")
        json.string(code.rawValue)
        switch body {
        case .detail(let text), .error(let text), .oauth(let text):
            json.key("detail")
            json.string(explanation ?? text)
        case .fields(let fields):
            json.key("errors")
            json.beginObject()
            for (field, messages) in fields {
                json.key(field)
                json.beginArray()
                for message in messages {
                    json.beginObject()
                    json.key("code")
                    json.string(message.code)
                    json.key("message")
                    json.string(message.explanation ?? message.text)
                    json.endObject()
                }
                json.endArray()
            }
            json.endObject()
        case .changed(let detail, let value, let author):
            json.key("detail")
            json.string(explanation ?? detail)
            json.present(value, by: author)
        }
        json.endObject()
    }
}

extension JSONWriter {
    fileprivate mutating func present(_ value: JSONValue, by author: String?) {
        key("value")
        write(value)
        key("changed_by")
        if let author { string(author) } else { null() }
    }
}
