// SPDX-License-Identifier: Apache-2.0

/// A text of others, kept apart from the direction of the words around it.
func isolated(_ text: String) -> HTML { "<bdi>\(text)</bdi>" }

/// The first cell of a row that can be ticked.
func ticked(_ box: HTML, _ name: HTML) -> HTML { #"<div class="ticked">\#(box)<div>\#(name)</div></div>"# }

/// Names with their values.
func facts(_ pairs: [(name: String, value: HTML)]) -> HTML {
    """
    <dl class="facts">
    \(each(pairs) { "<div><dt>\($0.name)</dt><dd>\($0.value)</dd></div>" })
    </dl>
    """
}

extension Frame {
    /// A page of the administration: where it stands, its title with links beside it, and its content.
    /// - Parameters:
    ///   - actions: links to what can be done here.
    ///   - problems: the reasons why a form was refused, as far as they belong to no single field.
    func adminPage(
        _ main: HTML, actions: HTML = .empty, problems: [String] = [], skippingTo target: SkipTarget = .content
    ) -> HTML {
        page(
            """
            \(when(!crumbs.isEmpty, trail))
            <div class="title">
            <h1>\(isolated(title))</h1>
            <div class="actions">\(actions)</div>
            </div>
            \(each(problems) { #"<p class="problem" role="alert">\#($0)</p>"# })
            \(main)
            """,
            skippingTo: target)
    }
}

/// A word in a coloured frame.
func badge(_ word: String, _ kind: String = "") -> HTML { #"<span class="badge \#(kind)">\#(word)</span>"# }
