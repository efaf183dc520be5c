// SPDX-License-Identifier: Apache-2.0

extension Templates {
    static let endpoint = """
        {{<layout}}
        {{$main}}
        <nav class="crumbs" aria-label="Breadcrumbs"><ol>
        {{#frame.crumbs}}
        <li>{{#isHere}}<span aria-current="page">{{crumbName}}</span>{{/isHere}}{{^isHere}}<a href="{{crumbLink}}">{{crumbName}}</a>{{/isHere}}</li>
        {{/frame.crumbs}}
        </ol></nav>
        <div class="title">
        <h1>{{frame.title}}</h1>
        <code class="path">{{path}}</code>
        <div class="actions">
        {{#canGet}}
        <a class="button" href="{{path}}"><span class="verb get">GET</span></a>
        {{#formats}}
        <a class="button quiet" href="{{formatLink}}">{{formatName}}</a>
        {{/formats}}
        {{/canGet}}
        <form method="post" action="{{path}}"><input type="hidden" name="_token" value="{{frame.formToken}}"><input type="hidden" name="_method" value="OPTIONS"><button class="quiet">OPTIONS</button></form>
        </div>
        </div>
        <div class="columns">
        <div class="told">
        {{#hint}}
        <p class="hint">{{.}}{{#hintOffersLogin}} <a href="{{frame.loginLink}}">Log in</a> to browse with your own account.{{/hintOffersLogin}}</p>
        {{/hint}}
        {{>answer}}
        <section class="samples" aria-labelledby="samples">
        <h2 id="samples">Samples</h2>
        {{#operations}}
        <details{{#isFirst}} open{{/isFirst}}><summary><span class="verb {{methodKind}}">{{method}}</span> {{summary}}</summary>
        <div class="tabs">
        {{#samples}}
        <input type="radio" name="{{operationID}}-language" id="{{operationID}}-{{language}}"{{#isChosen}} checked{{/isChosen}}><label for="{{operationID}}-{{language}}">{{language}}</label>
        {{/samples}}
        {{#samples}}
        <div class="panel"><pre tabindex="0" role="group" aria-label="{{method}} in {{language}}"><code>{{code}}</code></pre></div>
        {{/samples}}
        </div>
        </details>
        {{/operations}}
        </section>
        </div>
        <div class="operations">
        {{#operations}}
        {{>operation}}
        {{/operations}}
        </div>
        </div>
        {{/main}}
        {{/layout}}
        """

    static let answer = """
        <section class="answer" aria-labelledby="answer">
        <h2 id="answer"><span class="hidden">Answer to </span><code><b>{{answer.requestMethod}}</b> {{answer.requestTarget}}</code></h2>
        <p class="line {{answer.statusKind}}"><code>HTTP <b>{{answer.statusCode}}</b> {{answer.reason}}</code></p>
        <details open>
        <summary>Headers</summary>
        <dl class="headers">
        {{#answer.headers}}
        <div><dt>{{headerName}}</dt><dd>{{headerValue}}</dd></div>
        {{/answer.headers}}
        </dl>
        </details>
        {{#answer.hasBody}}
        <pre tabindex="0" role="group" aria-label="Body"><code>{{#answer.tokens}}{{#link}}<a class="{{tokenKind}}" rel="nofollow noopener noreferrer" href="{{link}}">{{token}}</a>{{/link}}{{^link}}<span class="{{tokenKind}}">{{token}}</span>{{/link}}{{/answer.tokens}}</code></pre>
        {{/answer.hasBody}}
        {{^answer.hasBody}}
        <p class="empty">No body.</p>
        {{/answer.hasBody}}
        </section>
        """

    static let operation = """
        <section class="operation" aria-labelledby="{{operationID}}">
        <h2 id="{{operationID}}"><span class="verb {{methodKind}}">{{method}}</span> {{summary}}{{#needsToken}} <span class="lock">token</span>{{/needsToken}}</h2>
        <p>{{#description}}{{>prose}}{{/description}}</p>
        {{#formErrors}}
        <p class="problem" role="alert">{{.}}</p>
        {{/formErrors}}
        {{#hasBody}}
        <div class="tabs">
        <input type="radio" name="{{operationID}}-kind" id="{{operationID}}-as-form"{{^isRawOpen}} checked{{/isRawOpen}}><label for="{{operationID}}-as-form">Form</label>
        <input type="radio" name="{{operationID}}-kind" id="{{operationID}}-as-raw"{{#isRawOpen}} checked{{/isRawOpen}}><label for="{{operationID}}-as-raw">Raw body</label>
        <div class="panel">
        <form method="post" action="{{action}}" novalidate>
        <input type="hidden" name="_token" value="{{frame.formToken}}"><input type="hidden" name="_method" value="{{method}}">
        {{#isOwnPassword}}
        <input type="text" autocomplete="username" value="{{frame.user}}" hidden readonly>
        {{/isOwnPassword}}
        {{#inputs}}
        {{>input}}
        {{/inputs}}
        <button class="send {{methodKind}}">{{method}}</button>
        </form>
        </div>
        <div class="panel">
        <form method="post" action="{{action}}" novalidate>
        <input type="hidden" name="_token" value="{{frame.formToken}}"><input type="hidden" name="_method" value="{{method}}">
        <div class="field"><label for="{{operationID}}-type">Content-Type</label>
        <select id="{{operationID}}-type" name="_content_type"><option>application/json</option><option{{#isRawForm}} selected{{/isRawForm}}>application/x-www-form-urlencoded</option></select></div>
        <div class="field"><label for="{{operationID}}-content">Body</label>
        <textarea id="{{operationID}}-content" name="_content" rows="7" spellcheck="false" autocomplete="off" autocapitalize="off"{{#rawErrors}} aria-invalid="true"{{/rawErrors}}>
        {{rawContent}}</textarea></div>
        <button class="send {{methodKind}}">{{method}}</button>
        </form>
        </div>
        </div>
        {{/hasBody}}
        {{^hasBody}}
        {{#isDestructive}}
        <details class="confirm"><summary class="button delete">{{method}}</summary>
        <form method="post" action="{{action}}" novalidate>
        <input type="hidden" name="_token" value="{{frame.formToken}}"><input type="hidden" name="_method" value="{{method}}">
        {{#inputs}}
        {{>input}}
        {{/inputs}}
        <button class="send delete">Yes, {{method}}</button>
        </form>
        </details>
        {{/isDestructive}}
        {{/hasBody}}
        <details class="reference"><summary>Answers and errors</summary>
        <dl>
        {{#outcomes}}
        <div><dt class="good">{{outcomeStatus}}</dt><dd>{{#outcomeText}}{{>prose}}{{/outcomeText}}</dd></div>
        {{/outcomes}}
        {{#errorLinks}}
        <div><dt class="wrong">{{errorStatus}}</dt><dd><a href="/docs/errors/#{{errorCode}}"><code>{{errorCode}}</code></a></dd></div>
        {{/errorLinks}}
        {{#hasLimits}}
        <div><dt>limits</dt><dd>{{#limits}}<code>{{.}}</code> {{/limits}}</dd></div>
        {{/hasLimits}}
        </dl>
        </details>
        </section>
        """

    static let input = """
        <div class="field{{#isFlag}} flag{{/isFlag}}">
        {{#isFlag}}
        <input id="{{inputID}}" name="{{inputName}}" type="checkbox" value="{{value}}"{{#isSet}} checked{{/isSet}}{{#describedBy}} aria-describedby="{{.}}"{{/describedBy}}>
        {{/isFlag}}
        <label for="{{inputID}}"><code>{{label}}</code>{{#place}} <span class="note">{{.}}</span>{{/place}}{{#isRequired}} <span class="note">required</span>{{/isRequired}}</label>
        {{#hasChoices}}
        <select id="{{inputID}}" name="{{inputName}}"{{#describedBy}} aria-describedby="{{.}}"{{/describedBy}}><option value="">–</option>{{#choices}}<option{{#isChosen}} selected{{/isChosen}}>{{choice}}</option>{{/choices}}</select>
        {{/hasChoices}}
        {{^hasChoices}}
        {{^isFlag}}
        <input id="{{inputID}}" name="{{inputName}}" type="{{type}}" value="{{value}}"{{#placeholder}} placeholder="{{.}}"{{/placeholder}} autocomplete="{{autocomplete}}" spellcheck="false" autocapitalize="off"{{#isRequired}} aria-required="true"{{/isRequired}}{{#isInvalid}} aria-invalid="true"{{/isInvalid}}{{#describedBy}} aria-describedby="{{.}}"{{/describedBy}}>
        {{/isFlag}}
        {{/hasChoices}}
        {{#isInvalid}}
        <ul class="problems" id="{{inputID}}-problem">{{#problems}}<li>{{.}}</li>{{/problems}}</ul>
        {{/isInvalid}}
        {{#hasHelp}}
        <p class="help" id="{{inputID}}-help">{{#help}}{{>prose}}{{/help}}</p>
        {{/hasHelp}}
        </div>
        """
}
