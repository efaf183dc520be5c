// SPDX-License-Identifier: Apache-2.0

import OstiaryHTTP

extension IndexView {
    var html: HTML {
        frame.page(
            """
            <h1>\(frame.title)</h1>
            <p class="lead">All endpoints of this server. A path opens as a page in a browser; programs get JSON.</p>
            <table class="index">
            <caption class="hidden">Paths and their methods</caption>
            <thead><tr><th scope="col">Path</th><th scope="col">Methods</th></tr></thead>
            <tbody>
            \(each(rows, \.html))
            </tbody>
            </table>
            <details class="fold"><summary>The same as JSON</summary>
            \(answer.html)
            </details>
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
            <p class="lead">Every error has a stable code. Send <code>Accept: application/problem+json</code> to get it in the <code>code</code> member of the answer (RFC 9457).</p>
            <dl class="codes">
            \(each(rows) { row in
                """
                <div id="\(row.code)">
                <dt><a class="anchor" href="#\(row.code)"><code>\(row.code)</code></a> <span class="\(row.codeKind)">\(row.codeStatus) \(row.codeReason)</span></dt>
                <dd>\(row.meaning.html)</dd>
                <dd class="remedy"><b>What to do:</b> \(row.remedy.html)</dd>
                </div>
                """
            })
            </dl>
            """
        )
    }
}

extension HomeView {
    var html: HTML {
        frame.page(
            """
            <h1>\(frame.title) <span class="version">\(version)</span></h1>
            <p class="lead">An authentication server: your users register, log in and stay logged in here.</p>
            \(with(firstRequest, first))
            <ul class="doors">
            \(each(doors) { #"<li><a href="\#(site: $0.path)"><b>\#($0.name)</b><span>\#($0.text)</span></a></li>"# })
            </ul>
            """
        )
    }

    private func first(_ request: String) -> HTML {
        """
        <section class="samples" aria-labelledby="first">
        <h2 id="first">Create your first account</h2>
        <pre tabindex="0" role="group" aria-label="The request with curl"><code>\(request)</code></pre>
        <p>Or use the <a href="\(site: RegistrationController.operation.path)">form</a>.</p>
        </section>
        """
    }

    private var doors: [(path: String, name: String, text: String)] {
        [
            (
                SchemaController.indexing.path, "API",
                "Every endpoint, with documentation, sample code and a form to try it."
            ),
            (SchemaController.explaining.path, "Errors", "Every error code, and how to handle it."),
            (SchemaController.describing.path, "Schema", "The OpenAPI description, for generators and tools."),
        ]
    }
}

extension NotFoundView {
    var html: HTML {
        let hint = with(nearest) { #"Did you mean <a href="\#(site: $0)"><code>\#($0)</code></a>? "# }
        return frame.page(
            """
            <h1>\(frame.title)</h1>
            <p class="lead">There is nothing at <code>\(path)</code>. \(hint)The <a href="\(site: SchemaController.indexing.path)">API page</a> lists all paths.</p>
            <details class="fold"><summary>The answer as JSON</summary>
            \(answer.html)
            </details>
            """
        )
    }
}

extension LoginView {
    var html: HTML {
        frame.page(
            """
            <div class="narrow">
            <h1>\(frame.title)</h1>
            <p>Log in to see and change your account on these pages.</p>
            \(each(hints) { #"<p class="hint">\#($0.pieces.html)</p>"# })
            \(with(failure) { #"<p class="problem" role="alert" id="failure">\#($0)</p>"# })
            <form class="card" id="form" tabindex="-1" method="post"\(action) novalidate>
            \(frame.token)
            <input type="hidden" name="next" value="\(next)">
            \(with(returnPath) { #"<input type="hidden" name="back" value="\#($0)">"# })
            <div class="field"><label for="email">E-mail address</label>
            <input id="email" name="email" type="email" autocomplete="username" value="\(email)" required\(when(email.isEmpty, " autofocus"))\(when(failure != nil, #" aria-describedby="failure""#))></div>
            <div class="field"><label for="password">Password</label>
            <input id="password" name="password" type="password" autocomplete="current-password" required\(when(!email.isEmpty, " autofocus"))></div>
            <button>Log in</button>
            </form>
            \(with(recovery) { #"<p><a href="\#(site: $0)">Forgot your password?</a></p>"# })
            \(with(signUp) { #"<p>No account yet? <a href="\#(site: $0)">Create an account</a></p>"# })
            </div>
            """,
            skippingTo: .form
        )
    }
}

extension LoginView {
    /// Without an action the form is sent to the address of the page with its fragment, which the way back then gets.
    private var action: HTML { when(returnPath == nil, #" action="\#(site: PageShell.login)""#) }
}

extension MessageView {
    var html: HTML {
        frame.page(
            """
            <div class="narrow">
            <h1>\(frame.title)</h1>
            <p>\(text)</p>
            <p><a href="\(site: back)">\(backName)</a></p>
            </div>
            """
        )
    }
}
