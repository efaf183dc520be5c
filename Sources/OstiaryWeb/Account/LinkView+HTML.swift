// SPDX-License-Identifier: Apache-2.0

import OstiaryHTTP

extension LinkView {
    var html: HTML {
        frame.page(
            """
            <div class="narrow">
            <h1>\(frame.title)</h1>
            <p>\(texts.before) <bdi>\(email)</bdi> \(texts.after)</p>
            \(each(others) { #"<p class="problem" role="alert">\#($0)</p>"# })
            <form class="card" id="form" tabindex="-1" method="post" action="\(site: path)">
            \(frame.token)
            \(when(field != nil, #"<input hidden type="text" name="_account" autocomplete="username" value="\#(email)">"#))
            \(with(field) { $0.html })
            <button>\(texts.button)</button>
            </form>
            </div>
            """,
            skippingTo: .form)
    }
}

extension ForgotView {
    var html: HTML {
        frame.page(
            """
            <div class="narrow">
            <h1>\(frame.title)</h1>
            <p>Enter the address of your account. A message with a link for a new password goes to it.</p>
            \(each(others) { #"<p class="problem" role="alert">\#($0)</p>"# })
            <form class="card" id="form" tabindex="-1" method="post" action="\(site: AccountSite.forgot)" novalidate>
            \(frame.token)
            \(field.html)
            <button>Send the link</button>
            </form>
            </div>
            """,
            skippingTo: .form)
    }
}
