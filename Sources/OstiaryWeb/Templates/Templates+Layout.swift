// SPDX-License-Identifier: Apache-2.0

extension Templates {
    static let layout = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="robots" content="noindex">
        <title>{{frame.title}} – Ostiary</title>
        <link rel="icon" href="{{frame.icon}}" type="image/svg+xml">
        <link rel="stylesheet" href="{{frame.stylesheet}}">
        <script src="{{frame.script}}" defer></script>
        </head>
        <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="top">
        <a class="brand" href="/"><svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true"><path fill="currentColor" d="M5 22V10a7 7 0 0 1 14 0v12h-2.4V10a4.6 4.6 0 0 0-9.2 0v12zm4.6 0V10.4a2.4 2.4 0 0 1 4.8 0V22z"/></svg>Ostiary</a>
        <nav aria-label="Site">
        <a href="/api/">API</a>
        {{#frame.hasSchema}}
        <a href="/api/schema/">Schema</a>
        {{/frame.hasSchema}}
        <a href="/docs/errors/">Errors</a>
        </nav>
        <div class="who">
        {{#frame.user}}
        <span class="user" title="Logged in for browsing">{{.}}</span>
        <form method="post" action="/logout/"><input type="hidden" name="_token" value="{{frame.formToken}}"><button class="quiet">Log out</button></form>
        {{/frame.user}}
        {{^frame.user}}
        {{#frame.loginLink}}
        <a class="button quiet" href="{{.}}">Log in</a>
        {{/frame.loginLink}}
        {{/frame.user}}
        </div>
        </header>
        <main id="main" tabindex="-1">
        {{#frame.notice}}
        <p class="notice" role="status">{{.}}</p>
        {{/frame.notice}}
        {{$main}}{{/main}}
        </main>
        <footer>Served by Ostiary itself: each page asks the JSON API what any client could ask.</footer>
        </body>
        </html>

        """

    /// Of pieces.
    static let prose = "{{#isCode}}<code>{{piece}}</code>{{/isCode}}{{^isCode}}{{piece}}{{/isCode}}"

    static let index = """
        {{<layout}}
        {{$main}}
        <h1>{{frame.title}}</h1>
        <p class="lead">Everything that this server answers. Each path is a page here and JSON for programs.</p>
        <table class="index">
        <caption class="hidden">Paths and their methods</caption>
        <thead><tr><th scope="col">Path</th><th scope="col">Methods</th></tr></thead>
        <tbody>
        {{#rows}}
        <tr>
        <th scope="row">{{#rowLink}}<a href="{{rowLink}}"><code>{{rowPath}}</code></a>{{/rowLink}}{{^rowLink}}<code>{{rowPath}}</code>{{/rowLink}}</th>
        <td><ul class="methods">
        {{#methods}}
        <li><span class="verb {{methodKind}}">{{methodName}}</span> <span>{{methodSummary}}</span>{{#isLocked}} <span class="lock">token</span>{{/isLocked}}</li>
        {{/methods}}
        </ul></td>
        </tr>
        {{/rows}}
        </tbody>
        </table>
        {{>answer}}
        {{/main}}
        {{/layout}}
        """

    static let errors = """
        {{<layout}}
        {{$main}}
        <h1>{{frame.title}}</h1>
        <p class="lead">Each refusal has a code that does not change. Clients that accept <code>application/problem+json</code> get it as a member of the document (RFC 9457).</p>
        <dl class="codes">
        {{#rows}}
        <div id="{{code}}">
        <dt><a class="anchor" href="#{{code}}"><code>{{code}}</code></a> <span class="status">{{codeStatus}} {{codeReason}}</span></dt>
        <dd>{{codeTitle}}: {{#meaning}}{{>prose}}{{/meaning}}.</dd>
        <dd class="remedy"><b>What to do:</b> {{#remedy}}{{>prose}}{{/remedy}}.</dd>
        </div>
        {{/rows}}
        </dl>
        {{/main}}
        {{/layout}}
        """

    static let lost = """
        {{<layout}}
        {{$main}}
        {{#isRoot}}
        <h1>{{frame.title}}</h1>
        <p class="lead">The doorkeeper of your applications: people register, log in and stay logged in here. This server speaks JSON to programs, and shows people what it says.</p>
        <ul class="doors">
        <li><a href="/api/"><b>Browse the API</b><span>Every endpoint with its documentation, and forms to try it.</span></a></li>
        <li><a href="/docs/errors/"><b>Errors</b><span>What each code means, and what a client does about it.</span></a></li>
        {{#frame.hasSchema}}
        <li><a href="/api/schema/"><b>Schema</b><span>OpenAPI, for generators and tools.</span></a></li>
        {{/frame.hasSchema}}
        </ul>
        {{/isRoot}}
        {{^isRoot}}
        <h1>{{frame.title}}</h1>
        <p class="lead">This server has nothing at <code>{{path}}</code>. {{#nearest}}Did you mean <a href="{{.}}"><code>{{.}}</code></a>, or another of <a href="/api/">these paths</a>?{{/nearest}}{{^nearest}}Perhaps it is one of <a href="/api/">these paths</a>?{{/nearest}}</p>
        {{>answer}}
        {{/isRoot}}
        {{#isRoot}}
        <details class="fold"><summary>What a program gets here</summary>
        {{>answer}}
        </details>
        {{/isRoot}}
        {{/main}}
        {{/layout}}
        """

    static let login = """
        {{<layout}}
        {{$main}}
        <div class="narrow">
        <h1>{{frame.title}}</h1>
        <p>Logs this browser in, so that the pages send your token. It stays in a cookie that only these pages read.</p>
        {{#failure}}
        <p class="problem" role="alert" id="failure">{{.}}</p>
        {{/failure}}
        <form class="card" method="post" action="/login/" novalidate>
        <input type="hidden" name="_token" value="{{frame.formToken}}">
        <input type="hidden" name="next" value="{{next}}">
        <div class="field"><label for="email">E-mail address</label>
        <input id="email" name="email" type="email" autocomplete="username" value="{{email}}" required{{#failure}} aria-describedby="failure"{{/failure}}></div>
        <div class="field"><label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required></div>
        <button>Log in</button>
        </form>
        </div>
        {{/main}}
        {{/layout}}
        """

    static let message = """
        {{<layout}}
        {{$main}}
        <div class="narrow">
        <h1>{{frame.title}}</h1>
        <p>{{text}}</p>
        <p><a href="{{back}}">Back to the page</a></p>
        </div>
        {{/main}}
        {{/layout}}
        """
}
