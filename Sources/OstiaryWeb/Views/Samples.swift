// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
import OstiaryHTTP

/// A request as sample code in one language.
struct Sample {
    let language: String
    let code: String
    let isChosen: Bool

    static func samples(of endpoint: APIOperation, path: String, body: String?, address: String) -> [Sample] {
        let request = SampleRequest(
            method: endpoint.method.rawValue, url: address + path, body: body,
            isAuthorized: endpoint.security.needsToken, isFromClient: endpoint.security.right != nil,
            isRepeatable: endpoint.parameters.contains { $0.name == "Idempotency-Key" }
        )
        return [
            Sample(language: "curl", code: request.curl, isChosen: true),
            Sample(language: "JavaScript", code: request.javaScript, isChosen: false),
            Sample(language: "Swift", code: request.swift, isChosen: false),
            Sample(language: "Python", code: request.python, isChosen: false),
        ]
    }

    /// The request of an operation with its examples, as a command for curl.
    static func curl(of operation: APIOperation, address: String) -> String? {
        let body = OperationView.document(operation.describedFields, known: nil)
        return samples(of: operation, path: operation.path, body: body, address: address).first?.code
    }
}

private struct SampleRequest {
    let method: String
    let url: String
    let body: String?
    let isAuthorized: Bool
    /// True if the program authenticates as a client.
    let isFromClient: Bool
    /// True if the sample sends an `Idempotency-Key`: drawn once for each token, and repeated with each retry.
    let isRepeatable: Bool

    /// A JSON document as an expression of Python, which spells three words in another way.
    private static func python(_ json: String) -> String {
        let words = [("true", "True"), ("false", "False"), ("null", "None")]
        let parts = json.utf8.split(separator: UInt8(ascii: "\""), omittingEmptySubsequences: false)
        var isString = false
        let translated = parts.map { part in
            var text = String(part) ?? ""
            if !isString { for (word, other) in words { text = text.replacing(word, with: other) } }
            // A quotation mark behind an odd number of backslashes is part of the string.
            let isEscaped = isString && part.reversed().prefix { $0 == UInt8(ascii: "\\") }.count % 2 == 1
            if !isEscaped { isString.toggle() }
            return text
        }
        return translated.joined(separator: "\"")
    }

    private static let advice = "Generate the key once for this token, and send the same key with each retry."

    var curl: String {
        var lines = [method == "GET" ? "curl \(url)" : "curl -X \(method) \(url)"]
        if isAuthorized { lines.append(#"-H "Authorization: Bearer $ACCESS""#) }
        if isFromClient { lines.append(#"-u "$CLIENT_ID:$CLIENT_SECRET""#) }
        if isRepeatable { lines.append(#"-H "Idempotency-Key: $KEY""#) }
        if let body {
            lines.append("-H 'Content-Type: application/json'")
            lines.append("-d '\(body.replacing("'", with: #"'\''"#))'")
        }
        let preparation = isRepeatable ? "# \(Self.advice)\nKEY=$(openssl rand -hex 16)\n" : ""
        return preparation + lines.joined(separator: " \\\n  ")
    }

    var javaScript: String {
        var headers: [String] = []
        if isAuthorized { headers.append("Authorization: `Bearer ${access}`") }
        if isFromClient { headers.append("Authorization: `Basic ${btoa(`${clientID}:${clientSecret}`)}`") }
        if body != nil { headers.append(#""Content-Type": "application/json""#) }
        if isRepeatable { headers.append(#""Idempotency-Key": key"#) }
        var options = method == "GET" ? "" : "  method: \"\(method)\",\n"
        if !headers.isEmpty { options += "  headers: { \(headers.joined(separator: ", ")) },\n" }
        if let body { options += "  body: JSON.stringify(\(body)),\n" }
        let call = options.isEmpty ? "fetch(\"\(url)\")" : "fetch(\"\(url)\", {\n\(options)})"
        let preparation =
            isRepeatable
            ? """
            // \(Self.advice)
            const bytes = crypto.getRandomValues(new Uint8Array(16));
            const key = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

            """ : ""
        return preparation + "const response = await \(call);\nconsole.log(response.status, await response.text());"
    }

    var swift: String {
        var lines = ["import Foundation", ""]
        if isRepeatable { lines += ["// \(Self.advice)", "let key = UUID().uuidString + UUID().uuidString"] }
        lines += ["var request = URLRequest(url: URL(string: \"\(url)\")!)"]
        if method != "GET" { lines.append("request.httpMethod = \"\(method)\"") }
        if isAuthorized { lines.append(#"request.setValue("Bearer \(access)", forHTTPHeaderField: "Authorization")"#) }
        if isFromClient {
            lines.append(#"let credentials = Data("\(clientID):\(clientSecret)".utf8).base64EncodedString()"#)
            lines.append(#"request.setValue("Basic \(credentials)", forHTTPHeaderField: "Authorization")"#)
        }
        if isRepeatable { lines.append(#"request.setValue(key, forHTTPHeaderField: "Idempotency-Key")"#) }
        if let body {
            lines.append(#"request.setValue("application/json", forHTTPHeaderField: "Content-Type")"#)
            lines.append("request.httpBody = Data(#\"\(body)\"#.utf8)")
        }
        lines.append("let (data, response) = try await URLSession.shared.data(for: request)")
        lines.append("print((response as? HTTPURLResponse)?.statusCode ?? 0, String(decoding: data, as: UTF8.self))")
        return lines.joined(separator: "\n")
    }

    var python: String {
        var arguments = ["\"\(url)\""]
        var headers: [String] = []
        if isAuthorized { headers.append(#""Authorization": f"Bearer {access}""#) }
        if isRepeatable { headers.append(#""Idempotency-Key": key"#) }
        if !headers.isEmpty { arguments.append("headers={\(headers.joined(separator: ", "))}") }
        if isFromClient { arguments.append("auth=(client_id, client_secret)") }
        if let body { arguments.append("json=\(Self.python(body))") }
        let call = "requests.\(method.lowercased())(\(arguments.joined(separator: ", ")))"
        let imports = isRepeatable ? "import secrets\n\nimport requests\n\n" : "import requests\n\n"
        let preparation = isRepeatable ? "# \(Self.advice)\nkey = secrets.token_hex(16)\n" : ""
        return imports + preparation + "response = \(call)\nprint(response.status_code, response.text)"
    }
}
