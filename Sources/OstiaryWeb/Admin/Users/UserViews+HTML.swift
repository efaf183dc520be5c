// SPDX-License-Identifier: Apache-2.0

extension PasswordView {
    var html: HTML {
        frame.adminPage(
            """
            <form class="card narrow left" id="form" tabindex="-1" method="post" action="\(site: "\(user.path)password/")">
            <p>For \(isolated(user.email)). Tell the password to its owner in a way that nobody else hears.</p>
            \(frame.token)
            <input hidden type="text" name="_account" autocomplete="username" value="\(user.email)">
            \(field.html)
            <ul class="plain">\(box.html)</ul>
            <button>Set the password</button>
            </form>
            """,
            problems: problems.others(than: ["password"]), skippingTo: .form)
    }
}

extension UserDeletionView {
    var html: HTML {
        frame.adminPage(
            """
            <form class="card narrow left" id="form" tabindex="-1" method="post" action="\(site: "\(user.path)delete/")">
            <h2>Delete \(isolated(user.email)) for good?</h2>
            <p>With the account go:</p>
            <ul class="plain">\(each(losses) { "<li>\(isolated($0))</li>" })</ul>
            <p>The entries of the audit log stay. To keep somebody out for a while, deactivate the account instead.</p>
            \(frame.token)
            <button class="send delete">Yes, delete the account</button>
            <p><a href="\(site: user.path)">No, back to the account</a></p>
            </form>
            """,
            skippingTo: .form)
    }
}
