// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryCore

/// The group that a command is about.
struct GroupArgument: ParsableArguments {
    @Argument(help: "The group's id or name.")
    var group: String
}

/// The permissions that a command gives to a group.
struct PermissionOptions: ParsableArguments {
    @Option(
        name: .customLong("permission"),
        help: "A permission, such as ostiary.view_user or one of your own application; repeat it for several.")
    var texts: [String] = []

    func validate() throws { _ = try permissions }

    /// - Throws: `ValidationError`.
    var permissions: Set<Permission> {
        get throws { Swift.Set(try texts.map(Self.read)) }
    }

    private static func read(_ text: String) throws -> Permission {
        guard let permission = Permission(text) else {
            throw ValidationError("a permission looks like app.codename, in lower case, not \"\(text.printable)\"")
        }
        guard permission.isOwn, !Permission.all.contains(permission) else { return permission }
        let hint = nearestName(to: text, among: Permission.all.map(\.rawValue)).map { " Did you mean \($0)?" } ?? ""
        throw ValidationError("there is no permission \(text).\(hint)")
    }
}

extension GroupService {
    /// - Parameter text: digits for an id, else a name.
    /// - Throws: ``Failure`` if there is no such group.
    func group(namedOrWithID text: String) async throws -> Group {
        let isID = !text.isEmpty && text.utf8.allSatisfy(\.isASCIIDigit)
        let id = isID ? Group.ID(text) : nil
        let found: Group? =
            if let id, let group = try await group(id, in: .command) { group } else { try await group(named: text) }
        guard let found else { throw Failure(text: "There is no group \(text.printable).") }
        return found
    }

    /// Names are listed in the order of their bytes, so those before the name without its last character are left out.
    private func group(named name: String) async throws -> Group? {
        let start = String(String.UnicodeScalarView(name.unicodeScalars.dropLast()))
        var cursor = start.isEmpty ? nil : Self.cursor(behind: start)
        repeat {
            let page = try await list(after: cursor, in: .command)
            if let group = page.items.first(where: { $0.name.hasSameBytes(as: name) }) { return group }
            guard let last = page.items.last, last.name.utf8.lexicographicallyPrecedes(name.utf8) else { return nil }
            cursor = page.next
        } while cursor != nil
        return nil
    }
}
