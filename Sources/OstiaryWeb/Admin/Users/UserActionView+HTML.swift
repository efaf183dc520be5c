// SPDX-License-Identifier: Apache-2.0

extension UserActionView {
    var html: HTML {
        frame.adminPage(
            """
            <div class="narrow left">
            \(isMore ? tooMany : count == 0 ? nobody : form)
            <p><a href="\(site: back)">Back to the list</a></p>
            </div>
            """,
            skippingTo: isMore || count == 0 ? .content : .form)
    }

    private var tooMany: HTML {
        #"<p class="problem">More than \#(count.grouped) accounts match, and one action may concern no more. Choose narrower filters.</p>"#
    }

    private var nobody: HTML { #"<p class="hint">No account matches any more.</p>"# }

    private var form: HTML {
        """
        <form class="card" id="form" tabindex="-1" method="post" action="\(site: "\(AdminSection.users.path)actions/")">
        <h2>\(question)</h2>
        <p>\(action.consequence)</p>
        \(isAll ? scope : names)
        \(frame.token)
        <input type="hidden" name="action" value="\(action.rawValue)">
        <input type="hidden" name="matching" value="\(matching)">
        <input type="hidden" name="scope" value="\(isAll ? "all" : "ids")">
        <input type="hidden" name="confirm" value="\(count)">
        \(each(accounts) { account in
            """
            <input type="hidden" name="ids" value="\(String(account.id))"><input type="hidden" name="label.\(String(account.id))" value="\(account.email ?? "")">
            """
        })
        <button\(when(action.isDestructive, #" class="send delete""#))>Yes, \(action.verb) \(count.counted("account"))</button>
        </form>
        """
    }

    private var names: HTML {
        "<ul class=\"plain\">\(each(accounts) { "<li>\(isolated($0.email ?? "Account \($0.id)"))</li>" })</ul>"
    }

    private var scope: HTML {
        filters.isEmpty
            ? "<p>These are all accounts of this server.</p>"
            : "<p>These are all accounts with:</p><ul class=\"plain\">\(each(filters) { "<li>\($0.name.replacing("_", with: " ")): \(isolated($0.value))</li>" })</ul>"
    }
}

extension UserAction {
    /// The action within a sentence.
    fileprivate var verb: String {
        switch self {
        case .activate: "activate"
        case .deactivate: "deactivate"
        case .endSessions: "end the sessions of"
        case .delete: "delete"
        }
    }
}
