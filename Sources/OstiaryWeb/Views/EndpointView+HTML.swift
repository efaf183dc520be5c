// SPDX-License-Identifier: Apache-2.0

extension EndpointView {
    var html: HTML {
        frame.page(
            """
            \(frame.trail)
            <div class="title">
            <h1>\(frame.title)</h1>
            <code class="path">\(path)</code>
            <div class="actions">
            \(when(canGet, #"<a class="button" href="\#(site: path)"><span class="verb get">GET</span></a>\#(formatLinks)"#))
            <form method="post" action="\(site: path)">\(frame.hidden(method: "OPTIONS"))<button class="quiet">OPTIONS</button></form>
            </div>
            </div>
            <div class="columns">
            <div class="told">
            \(advice)
            \(answer.html)
            <section class="samples" aria-labelledby="samples">
            <h2 id="samples">Samples</h2>
            \(each(operations, \.samplesHTML))
            </section>
            </div>
            <div class="operations">
            \(each(operations) { $0.html(frame) })
            </div>
            </div>
            """
        )
    }

    private var formatLinks: HTML {
        each(formats) { #"<a class="button quiet" href="\#(site: $0.formatLink)">\#($0.formatName)</a>"# }
    }

    private var advice: HTML {
        let login: HTML =
            hintOffersLogin
            ? with(frame.loginLink) { #" <a href="\#(site: $0)">Log in</a> to browse with your own account."# } : .empty
        return with(hint) { #"<p class="hint">\#($0)\#(login)</p>"# }
    }
}

extension AnswerView {
    var html: HTML {
        """
        <section class="answer" aria-labelledby="answer">
        <h2 id="answer"><span class="hidden">Answer to </span><code><b>\(requestMethod)</b> \(requestTarget)</code></h2>
        <p class="line \(statusKind)"><code>HTTP <b>\(statusCode)</b> \(reason)</code></p>
        <details open>
        <summary>Headers</summary>
        <dl class="headers">
        \(each(headers) { "<div><dt>\($0.headerName)</dt><dd>\($0.headerValue)</dd></div>" })
        </dl>
        </details>
        \(bodyHTML)
        </section>
        """
    }
}

extension AnswerView {
    private var bodyHTML: HTML {
        hasBody
            ? #"<pre tabindex="0" role="group" aria-label="Body"><code>\#(each(tokens, \.html))</code></pre>"#
            : #"<p class="empty">No body.</p>"#
    }
}

extension JSONToken {
    fileprivate var html: HTML {
        if let link {
            #"<a class="\#(tokenKind)" rel="nofollow noopener noreferrer" href="\#(link)">\#(token)</a>"#
        } else {
            #"<span class="\#(tokenKind)">\#(token)</span>"#
        }
    }
}
