// SPDX-License-Identifier: Apache-2.0

import OstiaryHTTP

extension IndexView {
    var html: HTML {
        frame.page(
            """
            <h1>\(frame.title)</h1>
            <p class="lead">All endpoints of this server. Each path is a page in browsers and JSON for programs.</p>
            <table class="index">
            <caption class="hidden">Paths and their methods</caption>
            <thead><tr><th scope="col">Path</th><th scope="col">Methods</th></tr></thead>
            <tbody>
            \(each(rows, \.html))
            </tbody>
            </table>
            \(answer.html)
            """
        )
    }
}

extension IndexView.Row {
    fileprivate var html: HTML {
        let path: HTML = "<code>\(rowPath)</code>"
        let link: HTML = rowLink.map { #"<a href="\#(site: $0)">\#(path)</a>"# } ?? path
        return """
            <tr>
            <th scope="row">\(link)</th>
            <td><ul class="methods">
            \(each(methods) { method in
                """
                <li><span class="verb \(method.methodKind)">\(method.methodName)</span> <span>\(method.methodSummary)</span>\(when(method.isLocked, #" <span class="lock">token</span>"#))</li>
                """
            })
            </ul></td>
            </tr>
            """
    }
}

extension ErrorsView {
    var html: HTML {
        frame.page(
            """
            <h1>\(frame.title)</h1>
            <p class="lead">Each refusal has a stable code. Clients that accept <code>application/problem+json</code> get it as a member of the document (RFC 9457).</p>
            <dl class="codes">
            \(each(rows) { row in
                """
                <div id="\(row.code)">
                <dt><a class="anchor" href="#\(row.code)"><code>\(row.code)</code></a> <span class="status">\(row.codeStatus) \(row.codeReason)</span></dt>
                <dd>\(row.codeTitle): \(row.meaning.html).</dd>
                <dd class="remedy"><b>What to do:</b> \(row.remedy.html).</dd>
                </div>
                """
            })
            </dl>
            """
        )
    }
}

extension NotFoundView {
    var html: HTML { frame.page(isRoot ? root : nothing) }

    private var root: HTML {
        """
        <h1>\(frame.title)</h1>
        <p class="lead">The authentication server of your applications: people register, log in and stay logged in here. Programs get JSON; browsers get pages with the same content.</p>
        <ul class="doors">
        \(each(doors) { #"<li><a href="\#(site: $0.path)"><b>\#($0.name)</b><span>\#($0.text)</span></a></li>"# })
        </ul>
        <details class="fold"><summary>The answer that a program gets</summary>
        \(answer.html)
        </details>
        """
    }

    private var doors: [(path: String, name: String, text: String)] {
        [
            (
                SchemaController.indexing.path, "Browse the API",
                "Every endpoint with its documentation, and forms to try it."
            ),
            (
                SchemaController.explaining.path, "Errors",
                "The meaning of each code, and the remedy for clients."
            ),
            (SchemaController.describing.path, "Schema", "OpenAPI, for generators and tools."),
        ]
    }

    private var nothing: HTML {
        let index: HTML = #"<a href="\#(site: SchemaController.indexing.path)">these paths</a>"#
        let hint: HTML =
            nearest.map {
                #"Did you mean <a href="\#(site: $0)"><code>\#($0)</code></a>, or another of \#(index)?"#
            } ?? "Perhaps it is one of \(index)?"
        return """
            <h1>\(frame.title)</h1>
            <p class="lead">There is nothing at <code>\(path)</code>. \(hint)</p>
            \(answer.html)
            """
    }
}

extension LoginView {
    var html: HTML {
        frame.page(
            """
            <div class="narrow">
            <h1>\(frame.title)</h1>
            <p>Logs this browser in, so that the pages send your token. It stays in a cookie that only these pages read.</p>
            \(with(failure) { #"<p class="problem" role="alert" id="failure">\#($0)</p>"# })
            <form class="card" method="post" action="\(site: PageShell.login)" novalidate>
            \(frame.token)
            <input type="hidden" name="next" value="\(next)">
            <div class="field"><label for="email">E-mail address</label>
            <input id="email" name="email" type="email" autocomplete="username" value="\(email)" required\(when(failure != nil, #" aria-describedby="failure""#))></div>
            <div class="field"><label for="password">Password</label>
            <input id="password" name="password" type="password" autocomplete="current-password" required></div>
            <button>Log in</button>
            </form>
            </div>
            """
        )
    }
}

extension MessageView {
    var html: HTML {
        frame.page(
            """
            <div class="narrow">
            <h1>\(frame.title)</h1>
            <p>\(text)</p>
            <p><a href="\(site: back)">Back to the page</a></p>
            </div>
            """
        )
    }
}
