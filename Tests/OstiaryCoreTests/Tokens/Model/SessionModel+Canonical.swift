// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension SessionModel {
    /// The same situation with everything left out that can matter no more, and with tokens and keys numbered anew: by
    /// this the states become finitely many.
    func canonical(_ run: ModelRun) -> SessionModel {
        let conduct = run.conduct
        var model = assuming(conduct)
        // To a client that stores whatever comes, every old answer matters.
        guard !conduct.contains(.storesAnyAnswer) else { return model }
        model.replies.removeAll { reply in model.storages[reply.storage]?.token != reply.to }
        model.dropThiefs(conduct)
        model.dropLinks(run.settings)
        model.dropRows()
        model.dropDetails(conduct)
        model.mergeLate()
        model.renumber()
        return model
    }

    /// No try is held back for longer than the token lives that answers it: this is taken for granted, not shown.
    func assuming(_ conduct: Conduct) -> SessionModel {
        guard !conduct.contains(.holdsTriesBack) else { return self }
        var model = self
        model.late.removeAll { sent in
            let spending = model.store.index(sent.token).flatMap { model.store.rows[$0].spending }
            return spending.map { $0.successorExpiresIn <= 0 } ?? true
        }
        return model
    }

    /// What the thief spent itself it gains nothing by: the same token again, or the end.
    private mutating func dropThiefs(_ conduct: Conduct) {
        guard var thief else { return }
        let hasOnlyKey = conduct.contains(.sendsOneKeyForEver)
        thief.known.removeAll { token in
            guard let index = store.index(token) else { return true }
            guard let key = store.rows[index].spending?.key else { return false }
            return ModelKey.thieves.contains(key) || key == .forgottenThiefs || key == .none
                || key == thief.stolen.key && !hasOnlyKey
        }
        self.thief = thief
    }

    /// Who was the successor, where nobody can have it repeated.
    private mutating func dropLinks(_ settings: ModelSettings) {
        let sendable = sendable
        for index in store.rows.indices {
            guard let key = store.rows[index].spending?.key else { continue }
            let isHeld = sendable.contains(Held(token: store.rows[index].token, key: key))
            let isInInterval = key == .none && settings.lifetimes.reuseInterval > 0
            if !isHeld, !isInInterval { store.rows[index].spending?.successor = 0 }
        }
    }

    /// Tokens with the keys that may still come with them.
    private var sendable: [Held] {
        var all = storages.compactMap(\.self) + late
        guard let thief else { return all }
        for token in [thief.stolen.token] + thief.known {
            all += ([thief.stolen.key] + ModelKey.thieves).map { Held(token: token, key: $0) }
        }
        return all
    }

    private mutating func dropRows() {
        var kept = Set(storages.compactMap { $0?.token })
        for reply in replies { if case .pair(let token, _, _) = reply.answer { kept.insert(token) } }
        thief.map { _ = kept.insert($0.stolen.token) }
        // What these may be answered with, and no further.
        kept.formUnion(store.rows.filter { kept.contains($0.token) }.compactMap { $0.spending?.successor })
        kept.formUnion(late.map(\.token))
        kept.formUnion(thief?.known ?? [])
        store.rows.removeAll { $0.spending != nil && !kept.contains($0.token) }
    }

    private mutating func dropDetails(_ conduct: Conduct) {
        let sendable = sendable
        // A thief has few keys and sends them with tokens yet to come.
        var few = Set(thief.map { [$0.stolen.key] + ModelKey.thieves } ?? [])
        if thief == nil || conduct.contains(.sendsOneKeyForEver) { few.formUnion(storages.compactMap { $0?.key }) }
        func isSendable(_ key: ModelKey, _ row: ModelStore.Row) -> Bool {
            sendable.contains(Held(token: row.token, key: key))
        }
        // The one that is stolen, or can be.
        let copied = thief.map { [$0.stolen.token] } ?? storages.compactMap { $0?.token }
        for index in store.rows.indices {
            let row = store.rows[index]
            if !few.contains(row.parentKey), !isSendable(row.parentKey, row) { store.rows[index].parentKey = .none }
            guard var spending = row.spending else { continue }
            store.rows[index].expiresIn = 0
            if spending.key != .none, spending.key != .forgottenThiefs, !isSendable(spending.key, row) {
                let isThiefs = ModelKey.thieves.contains(spending.key) || spending.key == thief?.stolen.key
                spending.key = isThiefs ? .forgottenThiefs : .forgotten
            }
            if store.isSpent(spending.successor) || spending.key != .none { spending.age = 0 }
            if !copied.contains(row.token) { spending.accessExpiresIn = -1 }
            if store.index(spending.successor) == nil { spending.successor = 0 }
            store.rows[index].spending = spending
        }
    }

    /// Of late tries that the rule cannot tell apart one is enough.
    private mutating func mergeLate() {
        var others = Set(storages.compactMap { $0?.token })
        others.formUnion(thief?.known ?? [])
        thief.map { _ = others.insert($0.stolen.token) }
        var seen: Set<[Int16]> = []
        late.removeAll { sent in
            guard let index = store.index(sent.token), let spending = store.rows[index].spending else { return true }
            guard !others.contains(sent.token), store.isSpent(spending.successor) else { return false }
            let kind = [
                sent.key == spending.key ? 1 : 0, sent.key == store.rows[index].parentKey ? 1 : 0,
                spending.key == .none ? 1 : 0, spending.successorExpiresIn,
            ]
            return !seen.insert(kind).inserted
        }
        dropRows()
    }

    private mutating func renumber() {
        let numbers = store.rows.indices.map { ModelToken($0 + 1) }
        let tokens = Dictionary(uniqueKeysWithValues: zip(store.rows.map(\.token), numbers))
        var keys: [ModelKey: ModelKey] = [:]
        var thieves = 0
        func token(_ old: ModelToken) -> ModelToken { tokens[old] ?? 0 }
        func key(_ old: ModelKey) -> ModelKey {
            guard old != .none, old != .forgotten, old != .forgottenThiefs else { return old }
            if let new = keys[old] { return new }
            let isThiefs = ModelKey.thieves.contains(old)
            let new = isThiefs ? ModelKey.thieves[thieves] : ModelKey(keys.count - thieves + 1)
            thieves += isThiefs ? 1 : 0
            keys[old] = new
            return new
        }
        func held(_ old: Held) -> Held { Held(token: token(old.token), key: key(old.key)) }
        for index in store.rows.indices {
            store.rows[index].token = token(store.rows[index].token)
            store.rows[index].parentKey = key(store.rows[index].parentKey)
            guard var spending = store.rows[index].spending else { continue }
            spending.key = key(spending.key)
            spending.successor = token(spending.successor)
            store.rows[index].spending = spending
        }
        storages = storages.map { $0.map { held($0) } }
        late = late.map { held($0) }.sorted { ($0.token, $0.key) < ($1.token, $1.key) }
        replies = replies.map { reply in
            var reply = reply
            reply.to = token(reply.to)
            if case .pair(let next, _, _) = reply.answer {
                reply.answer = .pair(token(next), accessExpiresIn: 0, isNew: false)
            }
            return reply
        }
        .sorted { ($0.storage, $0.to, $0.order) < ($1.storage, $1.to, $1.order) }
        replies = replies.indices.filter { $0 == 0 || replies[$0] != replies[$0 - 1] }.map { replies[$0] }
        guard var thief else { return }
        thief.stolen = held(thief.stolen)
        thief.known = thief.known.map { token($0) }.sorted()
        self.thief = thief
    }
}

extension SessionModel.Reply {
    fileprivate var order: Int {
        switch answer {
        case .pair(let token, _, _): Int(token)
        case .refused(let isOver): isOver ? 300 : 301
        case .reusedKey: 302
        }
    }
}
