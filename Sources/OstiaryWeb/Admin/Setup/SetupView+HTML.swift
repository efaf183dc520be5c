// SPDX-License-Identifier: Apache-2.0

import OstiaryHTTP

extension SetupView {
    var html: HTML {
        frame.page(
            """
            <div class="narrow">
            <h1>\(frame.title)</h1>
            \(token == nil ? withoutToken : form)
            </div>
            """,
            skippingTo: token == nil ? .content : .form)
    }

    private var withoutToken: HTML {
        """
        <p>Open the link as the server has written it: on its terminal, or in the file <code>setup-link</code> of its data directory. Its token is missing here.</p>
        """
    }

    private var form: HTML {
        """
        <p>Make the first account of this server. It will have all rights.</p>
        \(each(linkProblems) { #"<p class="problem" role="alert">\#($0)</p>"# })
        <form class="card" id="form" tabindex="-1" method="post" action="\(site: "\(AdminSection.root)setup/")">
        \(frame.token)
        <input type="hidden" name="token" value="\(token ?? "")">
        \(each(fields, \.html))
        <button>Make the account</button>
        </form>
        <p>Already have an account? <a href="\(site: PageShell.login)">Log in</a></p>
        """
    }
}
