// SPDX-License-Identifier: Apache-2.0

import OstiaryHTTP

extension OperationView {
    /// - Parameter isOpen: true to show the code, false to fold it.
    func samplesHTML(isOpen: Bool) -> HTML {
        """
        <details\(when(isOpen, " open"))><summary>\(verb) \(summary)</summary>
        <div class="tabs">
        \(each(samples) { sample in
            """
            <input type="radio" name="\(operationID)-language" id="\(operationID)-\(sample.language)"\(when(sample.isChosen, " checked"))><label for="\(operationID)-\(sample.language)">\(sample.language)</label>
            """
        })
        \(each(samples) { sample in
            """
            <div class="panel"><pre tabindex="0" role="group" aria-label="\(method) in \(sample.language)"><code>\(sample.code)</code></pre></div>
            """
        })
        </div>
        </details>
        """
    }

    func html(_ frame: Frame) -> HTML {
        """
        <section class="operation" aria-labelledby="\(operationID)">
        <h2 id="\(operationID)">\(verb) \(summary)\(when(needsToken, #" <span class="lock">token</span>"#))</h2>
        \(when(!description.isEmpty, "<p>\(description.html)</p>"))
        \(each(formErrors) { #"<p class="problem" role="alert">\#($0)</p>"# })
        \(forms(frame))
        \(reference)
        </section>
        """
    }

    /// The attributes of the form to which the skip link leads: the first of the page.
    private var formTarget: HTML { when(isFirstForm, #" id="form" tabindex="-1""#) }

    private var verb: HTML { #"<span class="verb \#(methodKind)">\#(method)</span>"# }

    private func forms(_ frame: Frame) -> HTML {
        if hasBody { return bodyForms(frame) }
        if isDestructive { return confirmation(frame) }
        return when(isUnsafe, plainForm(frame))
    }

    /// The form of an operation that reads no body: a button, and inputs for query parameters and headers.
    private func plainForm(_ frame: Frame) -> HTML {
        """
        <form\(formTarget) method="post" action="\(site: action)" novalidate>
        \(frame.hidden(method: method))
        \(each(inputs, \.html))
        <button class="send \(methodKind)">\(buttonText)</button>
        </form>
        """
    }

    private func bodyForms(_ frame: Frame) -> HTML {
        """
        <div class="tabs">
        <input type="radio" name="\(operationID)-kind" id="\(operationID)-as-form"\(when(!isRawOpen, " checked"))><label for="\(operationID)-as-form">Form</label>
        <input type="radio" name="\(operationID)-kind" id="\(operationID)-as-raw"\(when(isRawOpen, " checked"))><label for="\(operationID)-as-raw">Raw body</label>
        <div class="panel">
        <form\(when(!isRawOpen, formTarget)) method="post" action="\(site: action)" novalidate>
        \(frame.hidden(method: method))
        \(when(isOwnPassword, #"<input type="text" autocomplete="username" value="\#(frame.user ?? "")" hidden readonly>"#))
        \(each(inputs, \.html))
        <button class="send \(methodKind)">\(buttonText)</button>
        </form>
        </div>
        <div class="panel">
        <form\(when(isRawOpen, formTarget)) method="post" action="\(site: action)" novalidate>
        \(frame.hidden(method: method))
        <div class="field"><label for="\(operationID)-type">Content-Type</label>
        <select id="\(operationID)-type" name="_content_type"><option>application/json</option><option\(when(isRawForm, " selected"))>application/x-www-form-urlencoded</option></select></div>
        <div class="field"><label for="\(operationID)-content">Body</label>
        <textarea id="\(operationID)-content" name="_content" rows="7" spellcheck="false" autocomplete="off" autocapitalize="off"\(when(rawErrors, #" aria-invalid="true""#))\(when(isRawFocused, " autofocus"))>
        \(rawContent)</textarea></div>
        <button class="send \(methodKind)">\(buttonText)</button>
        </form>
        </div>
        </div>
        """
    }

    /// The skip link leads to the summary: Chromium passes over the content of a `details` with `tabindex="-1"`.
    private func confirmation(_ frame: Frame) -> HTML {
        """
        <details class="confirm"><summary\(when(isFirstForm, #" id="form""#)) class="button delete">\(buttonText)</summary>
        <form method="post" action="\(site: action)" novalidate>
        \(frame.hidden(method: method))
        \(each(inputs, \.html))
        <button class="send delete">\(confirmText)</button>
        </form>
        </details>
        """
    }

    private var reference: HTML {
        """
        <details class="details"><summary>\(details.isEmpty ? "Answers and errors" : "Details, answers and errors")</summary>
        \(each(details) { "<p>\($0.html)</p>" })
        <dl>
        \(each(outcomes) { #"<div><dt class="\#($0.outcomeKind)">\#($0.outcomeStatus)</dt><dd>\#($0.outcomeText.html)</dd></div>"# })
        \(each(errorLinks) { error in
            """
            <div><dt class="\(error.errorKind)">\(error.errorStatus)</dt><dd><a href="\(site: SchemaController.explaining.path)#\(error.errorCode)"><code>\(error.errorCode)</code></a></dd></div>
            """
        })
        \(when(!limits.isEmpty, "<div><dt>limits</dt><dd>\(each(limits) { "<code>\($0)</code> " })</dd></div>"))
        </dl>
        </details>
        """
    }
}

extension InputView {
    var html: HTML {
        """
        <div class="field\(when(isFlag, " flag"))">
        \(when(isFlag, checkbox))
        <label for="\(inputID)"><code>\(label)</code>\(with(place) { #" <span class="note">\#($0)</span>"# })\(when(isRequired, #" <span class="note">required</span>"#))</label>
        \(choices.isEmpty ? when(!isFlag, isList ? lines : box) : menu)
        \(with(untickedValue) { #"<input type="hidden" name="\#(inputName)" value="\#($0)">"# })
        \(when(isInvalid, #"<ul class="problems" id="\#(inputID)-problem">\#(each(problems) { "<li>\($0)</li>" })</ul>"#))
        \(when(!help.isEmpty, #"<p class="help" id="\#(inputID)-help">\#(help.html)</p>"#))
        </div>
        """
    }

    private var description: HTML { with(describedBy) { #" aria-describedby="\#($0)""# } }

    private var checkbox: HTML {
        """
        <input id="\(inputID)" name="\(inputName)" type="checkbox" value="\(value)"\(when(isSet, " checked"))\(focus)\(description)>
        """
    }

    private var focus: HTML { when(isFocused, " autofocus") }

    private var menu: HTML {
        """
        <select id="\(inputID)" name="\(inputName)"\(focus)\(description)><option value="">–</option>\(each(choices) { "<option\(when($0.isChosen, " selected"))>\($0.choice)</option>" })</select>
        """
    }

    private var lines: HTML {
        """
        <textarea id="\(inputID)" name="\(inputName)" rows="3"\(with(placeholder) { #" placeholder="\#($0)""# }) spellcheck="false" autocomplete="off" autocapitalize="off"\(when(isRequired, #" aria-required="true""#))\(when(isInvalid, #" aria-invalid="true""#))\(focus)\(description)>
        \(value)</textarea>
        """
    }

    private var box: HTML {
        """
        <input id="\(inputID)" name="\(inputName)" type="\(type)" value="\(value)"\(with(placeholder) { #" placeholder="\#($0)""# }) autocomplete="\(autocomplete)" spellcheck="false" autocapitalize="off"\(when(isRequired, #" aria-required="true""#))\(when(isInvalid, #" aria-invalid="true""#))\(focus)\(description)>
        """
    }
}
