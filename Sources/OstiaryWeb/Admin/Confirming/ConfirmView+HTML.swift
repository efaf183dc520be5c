// SPDX-License-Identifier: Apache-2.0

import OstiaryHTTP

extension ConfirmView {
    var html: HTML {
        frame.page(
            """
            <div class="narrow">
            <h1>\(frame.title)</h1>
            <p>Your login is older than a few minutes, and this needs a recent one. Enter your password to go on; \(when(carried.isEmpty, "the page opens then."))\(when(!carried.isEmpty, "what you filled in is kept."))</p>
            \(with(failure) { #"<p class="problem" role="alert" id="failure">\#($0)</p>"# })
            <form class="card" id="form" tabindex="-1" method="post" action="\(site: action)">
            \(frame.token)
            \(carried.html)
            <input hidden type="text" name="_account" autocomplete="username" value="\(email)">
            <div class="field"><label for="own-password">Password of \(isolated(email))</label>
            <input id="own-password" name="_own_password" type="password" autocomplete="current-password" required autofocus\(when(failure != nil, #" aria-describedby="failure" aria-invalid="true""#))></div>
            <button>Go on</button>
            </form>
            </div>
            """,
            skippingTo: .form)
    }
}

extension RefusalView {
    var html: HTML {
        frame.page(
            """
            <div class="narrow">
            <h1>\(title)</h1>
            <p>\(text)</p>
            \(when(!detail.isEmpty, #"<p class="problem">\#(detail)</p>"#))
            \(when(canRepeat, again))
            <p><a href="\(site: back.crumbLink)">Back to \(back.crumbName)</a></p>
            </div>
            """)
    }

    private var again: HTML {
        """
        <form method="post" action="\(site: action)">\(frame.token)\(carried.html)<button>Send it again</button></form>
        """
    }
}
