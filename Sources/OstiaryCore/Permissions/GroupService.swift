// SPDX-License-Identifier: Apache-2.0

/// Groups, for administrators. Every writing method throws ``AdministrationRefusal`` if the author of the context is a
/// user who may not do it.
public struct GroupService: Sendable {
    /// The most groups on one page.
    public static let pageSize = 50

    private let store: any PermissionStore

    package init(store: any PermissionStore) { self.store = store }

    private static let (list, order) = ("groups", "name")

    /// - Parameter text: the text of a client.
    /// - Returns: nil if the text is no cursor of the list of groups.
    public static func cursor(_ text: String) -> PageCursor? {
        guard let cursor = PageCursor(text, list: list, order: order), cursor.keys.count == 1,
            cursor.keys[0].text != nil
        else { return nil }
        return cursor
    }

    /// The cursor of the groups whose names are behind one.
    package static func cursor(behind name: String) -> PageCursor {
        PageCursor(list: list, order: order, keys: [PageCursor.Key(name)])
    }

    /// Lists groups by page, in the order of the bytes of their names.
    /// - Parameters:
    ///   - cursor: the ``ListPage/next`` of the page before; nil for the first page.
    ///   - context: the context of the call: author, time, deadline.
    /// - Throws: ``StoreUnavailable``.
    public func list(after cursor: PageCursor? = nil, in context: RequestContext) async throws -> ListPage<Group> {
        let groups = try await store.groups(
            after: cursor?.keys.first?.text, limit: Self.pageSize + 1, in: context)
        let page = Array(groups.prefix(Self.pageSize))
        let last = groups.count > Self.pageSize ? page.last : nil
        let next = last.map { Self.cursor(behind: $0.name) }
        return ListPage(items: page, next: next)
    }

    /// - Returns: nil if there is no such group.
    /// - Throws: ``StoreUnavailable``.
    public func group(_ id: Group.ID, in context: RequestContext) async throws -> Group? {
        try await store.group(id: id, in: context)
    }

    /// - Parameters:
    ///   - name: 1…150 code points, unique.
    ///   - permissions: at most ``Group/maximumPermissions``.
    ///   - context: the context of the call: author, time, deadline.
    /// - Throws: ``AdministrationRefusal``, ``StoreUnavailable``.
    public func add(
        named name: String, permissions: Set<Permission>, in context: RequestContext
    ) async throws -> GroupOutcome {
        try await store.addGroup(named: name, permissions: permissions, in: context)
    }

    /// - Throws: ``AdministrationRefusal``, ``StoreUnavailable``.
    public func change(
        _ id: Group.ID, with change: GroupChange, in context: RequestContext
    ) async throws -> GroupOutcome {
        try await store.changeGroup(id: id, with: change, in: context)
    }

    /// Deletes a group; its members lose its permissions.
    /// - Returns: false if there is no such group.
    /// - Throws: ``AdministrationRefusal``, ``StoreUnavailable``.
    public func delete(_ id: Group.ID, in context: RequestContext) async throws -> Bool {
        try await store.deleteGroup(id: id, in: context)
    }
}
