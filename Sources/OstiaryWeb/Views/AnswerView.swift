// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
import OstiaryHTTP

/// An answer of the API as a page shows it.
struct AnswerView {
    struct Header {
        let headerName: String
        let headerValue: String
    }

    let requestMethod: String
    let requestTarget: String
    let statusCode: Int
    let reason: String
    /// The class of the status: `good`, `moved`, `wrong` or `broken`.
    let statusKind: String
    /// The two headers that tell the most about the answer.
    let mainHeaders: [Header]
    let otherHeaders: [Header]
    let tokens: [JSONToken]
    let hasBody: Bool

    /// The greatest number of tokens that are shown in colours, since each token makes the page larger.
    private static let colouredTokens = 2_000

    /// - Parameters:
    ///   - linkingMembers: true to link each `id` of the document to the page of its resource.
    ///   - isPlain: true to show the body as it was sent, without colours.
    init(_ reply: OutgoingResponse, of request: APIRequest, linkingMembers: Bool = false, isPlain: Bool = false) {
        requestMethod = request.method.rawValue
        requestTarget = request.target
        statusCode = reply.status.code
        reason = reply.status.reasonPhrase
        statusKind = Self.kind(of: reply.status.code)
        let fields = reply.fields.map { field in
            (Self.telling.firstIndex(of: field.name) ?? Self.telling.count, field)
        }
        let headers = fields.enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map {
            Header(headerName: $0.element.1.name.rawName, headerValue: $0.element.1.value)
        }
        mainHeaders = Array(headers.prefix(2))
        otherHeaders = Array(headers.dropFirst(2))
        hasBody = !reply.body.isEmpty
        if !isPlain, let document = reply.document {
            let members = linkingMembers ? request.target.utf8.prefix { $0 != UInt8(ascii: "?") } : nil
            let coloured = JSONToken.tokens(
                of: document, membersAt: members.map { String(decoding: $0, as: UTF8.self).withSlash })
            let plain = [JSONToken(tokenKind: "p", token: coloured.map(\.token).joined())]
            tokens = coloured.count > Self.colouredTokens ? plain : coloured
        } else {
            tokens = [JSONToken(tokenKind: "p", token: String(decoding: reply.body, as: UTF8.self))]
        }
    }
}

extension AnswerView {
    /// The headers that tell the most, in the order of their weight. An answer shows the first two that it has.
    private static let telling: [HTTPField.Name] = [.retryAfter, .wwwAuthenticate, .link, .contentType, .allow]

    /// The class of a status, by which pages choose its colour.
    static func kind(of status: Int) -> String { ["", "", "good", "moved", "wrong", "broken"][min(status / 100, 5)] }
}

/// A run of characters of a document that are shown alike.
struct JSONToken {
    /// The kind: `k` key, `s` string, `n` number, `l` literal, `p` the rest.
    var tokenKind: String
    var token: String
    /// The target of a link; nil for none.
    var link: HTML?

    /// - Parameter membersAt: the path of a list whose members have a path each, named by their `id`; nil for other
    ///   paths.
    static func tokens(of document: JSONValue, membersAt: String?) -> [JSONToken] {
        var printer = Printer(membersAt: membersAt, isPage: document.object?["results"] != nil)
        printer.print(document, depth: 0, key: nil)
        return printer.tokens
    }

    private struct Printer {
        let membersAt: String?
        /// True for one page of a list, whose elements are its `results`.
        let isPage: Bool
        var tokens: [JSONToken] = []

        mutating func print(_ value: JSONValue, depth: Int, key: String?) {
            switch value {
            case .null: add("l", "null")
            case .bool(let bool): add("l", bool ? "true" : "false")
            case .number(let number): print(number, key: key, depth: depth)
            case .string(let string): print(string.text, key: depth <= linkDepth ? key : nil)
            case .array(let values):
                list("[", "]", depth, values) { printer, value in
                    printer.print(value, depth: depth + 1, key: nil)
                }
            case .object(let object):
                list("{", "}", depth, object.members) { printer, member in
                    printer.add("k", Self.quoted(member.key))
                    printer.add("p", ": ")
                    printer.print(member.value, depth: depth + 1, key: member.key)
                }
            }
        }

        /// The depth of the members of a list's elements, deeper than which an `id` is that of something else.
        private var linkDepth: Int { isPage ? 3 : 2 }

        private mutating func print(_ number: JSONNumber, key: String?, depth: Int) {
            guard key == "id", depth <= linkDepth, let membersAt else { return add("n", number.text) }
            tokens.append(
                JSONToken(
                    tokenKind: "n", token: number.text, link: "\(site: membersAt + percentEncoded(number.text) + "/")"))
        }

        private mutating func print(_ text: String, key: String?) {
            var link: HTML?
            if key == "id", let membersAt {
                link = "\(site: membersAt + percentEncoded(text) + "/")"
            } else if Self.isLink(text) {
                link = "\(text)"
            }
            guard let link else { return add("s", Self.quoted(text)) }
            add("p", "\"")
            tokens.append(
                JSONToken(tokenKind: "s", token: String(Self.quoted(text).dropFirst().dropLast()), link: link))
            add("p", "\"")
        }

        private mutating func list<Element>(
            _ open: String, _ close: String, _ depth: Int, _ elements: [Element],
            _ body: (inout Printer, Element) -> Void
        ) {
            guard !elements.isEmpty else { return add("p", open + close) }
            add("p", open)
            for (index, element) in elements.enumerated() {
                add("p", (index == 0 ? "\n" : ",\n") + String(repeating: "  ", count: depth + 1))
                body(&self, element)
            }
            add("p", "\n" + String(repeating: "  ", count: depth) + close)
        }

        private mutating func add(_ kind: String, _ text: String) {
            if let last = tokens.indices.last, tokens[last].tokenKind == kind, tokens[last].link == nil {
                tokens[last].token += text
            } else {
                tokens.append(JSONToken(tokenKind: kind, token: text))
            }
        }

        private static func quoted(_ text: String) -> String {
            var writer = JSONWriter()
            writer.string(text)
            return String(decoding: writer.bytes, as: UTF8.self)
        }

        /// True for paths of this server and for http and https addresses; false for all other schemes.
        private static func isLink(_ text: String) -> Bool {
            let isPath = text.hasBytePrefix("/") && !text.hasBytePrefix("//") && text.utf8.count > 1
            guard isPath || text.hasBytePrefix("https://") || text.hasBytePrefix("http://") else { return false }
            return text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"\"'<>\\`{}".utf8.contains($0) }
        }
    }
}
