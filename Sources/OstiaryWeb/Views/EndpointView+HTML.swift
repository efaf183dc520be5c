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
            \(when(canGet, #"<a class="button quiet" href="\#(site: path)">GET</a>\#(formatLinks)"#))
            <form method="post" action="\(site: path)">\(frame.hidden(method: "OPTIONS"))<button class="quiet">OPTIONS</button></form>
            </div>
            </div>
            \(with(hint) { #"<p class="hint">\#($0.html)</p>"# })
            <div class="columns\(when(order != .answer, " forms"))">
            \(parts)
            </div>
            """,
            skippingTo: operations.contains(where: \.isUnsafe) ? (order == .answer ? .contentOrForm : .form) : .content
        )
    }

    /// The parts in their order. The order of the focus is that of the eye, in one column and in two.
    private var parts: HTML {
        switch order {
        case .answer: "\(result)\(forms)\(reference)"
        case .forms: "\(forms)\(result)\(reference)"
        case .formsOnly: "\(forms)\(reference)\(refusedGet)"
        }
    }

    private var forms: HTML {
        """
        <div class="operations">
        \(each(operations) { $0.html(frame) })
        \(with(alternative) { "<p>\($0.html)</p>" })
        </div>
        """
    }

    private var result: HTML { #"<div class="result">\#(answer.html)</div>"# }

    private var refusedGet: HTML {
        """
        <details class="fold result"><summary>Answer to <code>GET</code>: \(answer.statusCode)</summary>
        \(answer.html)
        </details>
        """
    }

    private var reference: HTML {
        """
        <div class="reference">
        \(each(documented) { $0.html(frame) })
        <section class="samples" aria-labelledby="samples">
        <h2 id="samples">Sample code</h2>
        \(each(Array((documented + operations).enumerated())) { $0.element.samplesHTML(isOpen: $0.offset == 0) })
        </section>
        </div>
        """
    }

    private var formatLinks: HTML {
        each(formats) { #"<a class="button quiet" href="\#(site: $0.formatLink)">\#($0.formatName)</a>"# }
    }
}

extension EndpointView.Hint {
    fileprivate var html: HTML {
        "\(hintText)\(with(hintLink) { #" <a href="\#(site: $0)">Log in</a>"# })"
    }
}

extension AnswerView {
    var html: HTML {
        """
        <section class="answer" aria-labelledby="answer">
        <h2 id="answer"><span class="hidden">Answer to </span><code><b>\(requestMethod)</b> \(requestTarget)</code></h2>
        <p class="line \(statusKind)"><code>HTTP <b>\(statusCode)</b> \(reason)</code></p>
        <div class="headers">
        \(list(mainHeaders))
        \(when(!otherHeaders.isEmpty, "<details><summary>More headers</summary>\(list(otherHeaders))</details>"))
        </div>
        \(bodyHTML)
        </section>
        """
    }

    private func list(_ headers: [Header]) -> HTML {
        "<dl>\(each(headers) { "<div><dt>\($0.headerName)</dt><dd>\($0.headerValue)</dd></div>" })</dl>"
    }

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
