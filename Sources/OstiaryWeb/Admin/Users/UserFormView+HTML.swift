// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension UserFormView {
    var html: HTML {
        frame.adminPage(
            """
            <div class="split">
            <div>
            \(canChange ? form : details)
            </div>
            \(with(user, side))
            </div>
            """,
            actions: with(user, links), problems: generalProblems, skippingTo: canChange ? .contentOrForm : .content)
    }

    private var form: HTML {
        """
        <form class="card" id="form" tabindex="-1" method="post" action="\(site: user?.path ?? "\(AdminSection.users.path)add/")">
        \(frame.token)
        \(with(user) { Carried(typed.map(was) ?? UserChanges.shown($0)).html })
        <div class="grid">\(each(fields, \.html))</div>
        \(when(user == nil, "\(password.html)<ul class=\"plain\">\(mustChange.html)</ul>"))
        \(flags.html)
        \(when(user != nil && !groups.isEmpty, groupBoxes.html))
        \(when(user != nil, "\(permissions.boxes.html)\(permissions.lines.html)"))
        <button>\(user == nil ? "Add the account" : "Save")</button>
        </form>
        """
    }

    /// The state that the refused form was made from.
    private func was(_ form: PageForm) -> [(name: String, value: String)] {
        form.fields.filter { $0.name.hasPrefix("was.") }
    }

    private func links(_ user: AdminUser) -> HTML {
        """
        \(when(user.canChange, #"<a class="button quiet" href="\#(site: "\(user.path)password/")">Set a password</a>"#))
        \(when(user.canDelete, #"<a class="button delete" href="\#(site: "\(user.path)delete/")">Delete</a>"#))
        """
    }

    private func side(_ user: AdminUser) -> HTML {
        """
        <aside class="card" aria-labelledby="about">
        <h2 id="about">About this account</h2>
        \(facts([("ID", "\(String(user.id))"), ("Status", user.status)] + proof(of: user) + [
            ("Last login", TimeText(user.lastLogin)?.html ?? "never"),
            ("Password", "\(user.password)\(when(user.mustChangePassword, " \(badge("to be changed", "wrong"))"))"),
            ("Sessions", sessions(user)),
        ]))
        \(when(own.allows(.viewAudit), #"<p><a href="\#(site: AdminSection.audit.path.asking(for: "user", user.id))">Audit entries about this account</a></p>"#))
        \(when(own.allows(.viewAudit), #"<p><a href="\#(site: AdminSection.audit.path.asking(for: "actor", "user:\(user.id)"))">Audit entries by this account</a></p>"#))
        </aside>
        """
    }

    private func proof(of user: AdminUser) -> [(name: String, value: HTML)] {
        user.isEmailVerified.map { [("E-mail address", $0 ? badge("proven", "good") : badge("not proven"))] } ?? []
    }

    private func sessions(_ user: AdminUser) -> HTML {
        own.allows(.viewSession)
            ? #"<a href="\#(site: AdminSection.sessions.path.asking(for: "user", user.id))">\#(user.sessionCount)</a>"#
            : "\(user.sessionCount)"
    }

    private var details: HTML {
        let user = user ?? AdminUser([:])
        return """
            <section class="card">
            \(facts([
                ("E-mail address", isolated(user.email)), ("User name", isolated(user.username)),
                ("First name", isolated(user.firstName)), ("Last name", isolated(user.lastName)),
                ("Groups", isolated(user.groups.map(\.name).joined(separator: ", "))),
                ("Permissions", isolated(user.permissions.joined(separator: ", "))),
            ]))
            <p class="help">You may see this account, but not change it.</p>
            </section>
            """
    }
}
