// SPDX-License-Identifier: Apache-2.0

import Mustache

/// The pages' templates, compiled in and parsed once. Everything that they show is escaped by ``PageText``: the tags that
/// would not are refused by `Scripts/lint`.
enum Templates {
    static let texts: KeyValuePairs<String, String> = [
        "layout": layout, "prose": prose, "answer": answer, "operation": operation, "input": input,
        "endpoint": endpoint, "index": index, "errors": errors, "lost": lost, "login": login, "message": message,
    ]

    private static let library: Result<MustacheLibrary, any Error> = Result {
        var library = MustacheLibrary()
        MustacheContentTypes.register(PageText(), named: PageText.name)
        for (name, text) in texts { try library.register("{{% CONTENT_TYPE:\(PageText.name)}}" + text, named: name) }
        return library
    }

    /// - Parameters:
    ///   - name: of a template.
    ///   - view: a value whose stored members have the names that the template asks for.
    static func render(_ name: String, _ view: Any) throws -> String {
        guard let model = Model.of(view), let page = try library.get().render(model, withTemplate: name) else {
            throw UnknownTemplate(name: name)
        }
        return page
    }

    struct UnknownTemplate: Error { let name: String }
}
