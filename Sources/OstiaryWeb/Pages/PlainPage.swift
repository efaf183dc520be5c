public import HTTPTypes
public import OstiaryHTTP

/// The answer's JSON on a page, for whoever opens an endpoint in a browser.
public struct PlainPage: PageRenderer {
    public init() {}

    public var headers: HTTPFields {
        [
            .contentType: "text/html; charset=utf-8",
            .contentSecurityPolicy: "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ]
    }

    public func render(_ page: PageContent) -> [UInt8] {
        let html = """
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><title>\(escape(page.title)) – Ostiary</title></head>
            <body>
            <h1>\(escape(page.title))</h1>
            <p><code>\(escape(page.method)) \(escape(page.path))</code></p>
            <p><code>HTTP \(page.status.code) \(escape(page.status.reasonPhrase))</code></p>
            <pre>\(escape(page.json))</pre>
            </body>
            </html>

            """
        return Array(html.utf8)
    }

    private func escape(_ text: String) -> String {
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
