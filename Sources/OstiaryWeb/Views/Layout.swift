// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension Frame {
    /// The targets of the skip links, which are the first stops of the keyboard's focus.
    enum SkipTarget {
        case content, form, contentOrForm
    }

    /// A whole page around its main content.
    /// - Parameter target: the part to which the skip links lead; a form has the id `form`.
    func page(_ main: HTML, skippingTo target: SkipTarget = .content) -> HTML {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="robots" content="noindex">
        <title>\(when(title != Self.product, "\(title) – "))\(Self.product)</title>
        <link rel="icon" href="\(site: Asset.icon.path)" type="image/svg+xml">
        <link rel="stylesheet" href="\(site: Asset.stylesheet.path)">
        \(each(styles) { #"<link rel="stylesheet" href="\#(site: $0.path)">"# })
        \(with(onward) { #"<noscript><meta http-equiv="refresh" content="\#("0; url=" + $0)"></noscript>"# })
        <script src="\(site: Asset.script.path)" defer></script>
        </head>
        <body>
        \(when(target != .form, ##"<a class="skip" href="#main">Skip to the content</a>"##))\(when(target != .content, ##"<a class="skip" href="#form">Skip to the form</a>"##))
        <header class="top">
        <a class="brand" href="\(site: "/")"><svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true"><path fill="currentColor" d="M5 22V10a7 7 0 0 1 14 0v12h-2.4V10a4.6 4.6 0 0 0-9.2 0v12zm4.6 0V10.4a2.4 2.4 0 0 1 4.8 0V22z"/></svg><span>\(Self.product)</span></a>
        <nav aria-label="Site">
        \(each(navigation, link))
        </nav>
        <div class="who">
        \(who)
        </div>
        </header>
        <main id="main" tabindex="-1">
        \(with(notice) { #"<p class="notice" role="status">\#($0)</p>"# })
        \(main)
        </main>
        <footer>These pages are a client of the JSON API, like any other.</footer>
        </body>
        </html>

        """
    }

    private func link(_ link: NavigationLink) -> HTML {
        let isHere = section.map(link.path.hasSameBytes) == true
        return #"<a href="\#(site: link.path)"\#(when(isHere, #" aria-current="true""#))>\#(link.name)</a>"#
    }

    private var who: HTML {
        if let user {
            """
            <span class="user" title="You are logged in">\(user)</span>
            <form method="post" action="\(site: PageShell.logout)">\(token)<button class="quiet">Log out</button></form>
            """
        } else {
            with(loginLink) { #"<a class="button quiet" href="\#(site: $0)">Log in</a>"# }
        }
    }

    /// The form token: it proves that a page of this server made the form.
    var token: HTML { #"<input type="hidden" name="_token" value="\#(formToken)">"# }

    /// The inputs for the method: browsers themselves send only GET and POST.
    func hidden(method: String) -> HTML {
        #"\#(token)<input type="hidden" name="_method" value="\#(method)">"#
    }

    var trail: HTML {
        """
        <nav class="crumbs" aria-label="Breadcrumbs"><ol>
        \(each(crumbs) { crumb in
            crumb.isHere
                ? #"<li><span aria-current="page">\#(crumb.crumbName)</span></li>"#
                : #"<li><a href="\#(site: crumb.crumbLink)">\#(crumb.crumbName)</a></li>"#
        })
        </ol></nav>
        """
    }
}

extension [Piece] {
    var html: HTML {
        each(self) { $0.isCode ? "<code>\($0.piece)</code>" : "\($0.piece)" }
    }
}
