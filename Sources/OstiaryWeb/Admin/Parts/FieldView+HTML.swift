// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension FieldView {
    var html: HTML {
        """
        <div class="field\(when(isSearch, " find"))"><label for="\(inputID)">\(label)</label>
        \(input)
        \(with(problems.isEmpty ? nil : problems) { #"<p class="problems" id="\#(inputID)-problem">\#(each($0) { "\($0) " })</p>"# })\(when(!help.isEmpty, #"<p class="help" id="\#(inputID)-help">\#(Piece.pieces(help).html)</p>"#))</div>
        """
    }

    private var isSearch: Bool { if case .search = kind { true } else { false } }

    private var input: HTML {
        switch kind {
        case .text: single("text")
        case .email: single("email")
        case .password: single("password")
        case .number: single("number")
        case .date: single("date")
        case .minute: single("datetime-local")
        case .search: single("search")
        case .lines(let count):
            """
            <textarea id="\(inputID)" name="\(name)" rows="\(count)" autocomplete="off" spellcheck="false"\(attributes)>
            \(value)</textarea>
            """
        case .choice(let choices):
            """
            <select id="\(inputID)" name="\(name)"\(attributes)>
            \(each(choices) { choice in
                #"<option value="\#(choice.value)" dir="auto"\#(when(choice.value.hasSameBytes(as: value), " selected"))>\#(choice.name)</option>"#
            })
            </select>
            """
        }
    }

    private func single(_ type: String) -> HTML {
        """
        <input id="\(inputID)" name="\(name)" type="\(type)" value="\(value)" autocomplete="\(autocomplete)"\(when(type == "text" || type == "search", #" dir="auto""#))\(when(type == "password", " data-showable"))\(with(maximumLength) { #" maxlength="\#($0)""# })\(attributes)>
        """
    }

    private var attributes: HTML {
        """
        \(when(isRequired, " required"))\(when(isFocused, " autofocus"))\(when(!problems.isEmpty, #" aria-invalid="true""#))\(with(describedBy) { #" aria-describedby="\#($0)""# })
        """
    }
}

extension BoxView {
    var html: HTML {
        """
        <li><label class="box"><input type="checkbox" name="\(name)" value="\(value)"\(when(isSet, " checked"))\(when(isLocked, " disabled"))><span><bdi>\(label)</bdi>\(when(!note.isEmpty, #" <span class="note">\#(note)</span>"#))</span></label>\(when(isSet && isLocked, #"<input type="hidden" name="\#(name)" value="\#(value)">"#))</li>
        """
    }
}

extension BoxesView {
    var html: HTML {
        """
        <fieldset class="boxes">
        <legend>\(heading)</legend>
        \(each(problems) { #"<p class="problems">\#($0)</p>"# })
        <ul\(when(isWide, #" class="wide""#))>
        \(each(boxes, \.html))
        </ul>
        \(when(!help.isEmpty, #"<p class="help">\#(Piece.pieces(help).html)</p>"#))
        </fieldset>
        """
    }
}
