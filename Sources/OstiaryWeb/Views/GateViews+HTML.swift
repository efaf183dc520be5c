// SPDX-License-Identifier: Apache-2.0

extension OnwardView {
    var html: HTML {
        frame.page(
            """
            <div class="narrow">
            <h1>\(frame.title)</h1>
            \(with(frame.onward) { #"<p><a href="\#($0)" data-onward>Continue</a></p>"# })
            </div>
            """
        )
    }
}

extension GateMessageView {
    /// Without style sheet and script, which the other host does not serve.
    var html: HTML {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="robots" content="noindex">
        <title>\(frame.title)</title>
        </head>
        <body>
        <main>
        <h1>\(frame.title)</h1>
        <p>\(text)</p>
        \(with(again) { #"<p><a href="\#($0)">Begin again</a></p>"# })
        </main>
        </body>
        </html>

        """
    }
}
