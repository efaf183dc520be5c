// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension GroupListView {
    var html: HTML {
        let path = AdminSection.groups.path
        return frame.adminPage(
            KeysetTable(
                caption: "Groups", columns: ["Group", "Permissions"], rows: groups.map(row),
                next: next.map { path.asking(for: "cursor", $0) }, first: isFirst ? nil : path,
                empty: "There are no groups."
            ).html,
            actions: when(canAdd, #"<a class="button" href="\#(site: "\(path)add/")">Add a group</a>"#))
    }

    private func row(_ group: AdminGroup) -> [HTML] {
        [
            #"<a href="\#(site: group.path)">\#(isolated(group.name))</a>"#,
            group.permissions.isEmpty
                ? #"<span class="soft">none</span>"# : isolated(group.permissions.joined(separator: ", ")),
        ]
    }
}

extension GroupFormView {
    var html: HTML {
        frame.adminPage(
            """
            <div class="split\(when(group != nil, " even"))">
            <div>
            \(canChange ? form : details)
            </div>
            \(with(group) { "<div>\(membership($0))</div>" })
            </div>
            """,
            actions: when(group != nil && own.allows(.deleteGroup), deletion), problems: generalProblems,
            skippingTo: canChange ? .contentOrForm : .content)
    }

    private var deletion: HTML {
        #"<a class="button delete" href="\#(site: "\(group?.path ?? "")delete/")">Delete</a>"#
    }

    private var form: HTML {
        """
        <form class="card" id="form" tabindex="-1" method="post" action="\(site: group?.path ?? "\(AdminSection.groups.path)add/")">
        \(frame.token)
        \(with(group) { Carried(typed?["was.name"] == nil ? GroupChanges.shown($0) : GroupChanges.carried(typed)).html })
        \(name.html)
        \(permissions.boxes.html)
        \(permissions.lines.html)
        <button>\(group == nil ? "Add the group" : "Save")</button>
        </form>
        """
    }

    private var details: HTML {
        """
        <section class="card">
        \(facts([("Name", isolated(group?.name ?? "")), ("Permissions", isolated((group?.permissions ?? []).joined(separator: ", ")))]))
        <p class="help">You may see this group, but not change it.</p>
        </section>
        """
    }

    private func membership(_ group: AdminGroup) -> HTML {
        """
        <section class="card" aria-labelledby="members">
        <h2 id="members">Members</h2>
        \(with(members) { list($0, of: group) })
        \(when(members == nil, "<p>You may not see accounts, so the members are not shown.</p>"))
        \(when(own.allows(.changeGroup), addition(to: group)))
        </section>
        """
    }

    private func list(_ members: Members, of group: AdminGroup) -> HTML {
        let table = KeysetTable(
            caption: "Members", columns: ["Account", "Name"], rows: members.users.map(row),
            next: members.next.map { group.path.asking(for: "cursor", $0) },
            first: members.isFirst ? nil : group.path, empty: "The group has no members.",
            canTickAll: own.allows(.changeGroup))
        return own.allows(.changeGroup) && !members.users.isEmpty
            ? """
            <form method="post" action="\(site: group.path)">
            \(frame.token)
            \(table.html)
            <button class="quiet" name="do" value="remove">Remove the selected</button>
            </form>
            """ : table.html
    }

    private func row(_ user: AdminUser) -> [HTML] {
        let box: HTML = """
            <label class="tick"><input type="checkbox" name="ids" value="\(String(user.id))"><span class="hidden">Select \(isolated(user.email))</span></label>
            """
        return [
            ticked(when(own.allows(.changeGroup), box), #"<a href="\#(site: user.path)">\#(isolated(user.email))</a>"#),
            isolated(user.names),
        ]
    }

    private func addition(to group: AdminGroup) -> HTML {
        """
        <form class="inline" method="post" action="\(site: group.path)">
        \(frame.token)
        \(member.html)
        <button class="quiet" name="do" value="add">Add</button>
        </form>
        """
    }
}

extension GroupDeletionView {
    var html: HTML {
        frame.adminPage(
            """
            <form class="card narrow left" id="form" tabindex="-1" method="post" action="\(site: "\(group.path)delete/")">
            <h2>Delete the group \(isolated(group.name)) for good?</h2>
            <p>Its members keep their accounts and lose these permissions, unless another group or the account itself gives them:</p>
            <ul class="plain">\(each(group.permissions) { "<li><code>\($0)</code></li>" })\(when(group.permissions.isEmpty, "<li>none</li>"))</ul>
            \(frame.token)
            <button class="send delete">Yes, delete the group</button>
            <p><a href="\(site: group.path)">No, back to the group</a></p>
            </form>
            """,
            skippingTo: .form)
    }
}
