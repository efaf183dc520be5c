// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// What may happen in a run.
struct ModelRun: Sendable {
    var settings = ModelSettings()
    var conduct: Conduct = []
    var storages = 1
    var hasThief = false
    /// Nodes whose clocks differ by so much.
    var lag: Int16 = 0
    var purges = false
    /// After so many answers to the owner a thief that repeats is to gain nothing.
    var answersUntilNoGain = 2
    /// False to see that nothing is forgotten that matters.
    var isCanonical = true

    var start: SessionModel { SessionModel(settings, storages: storages) }

    func next(_ model: SessionModel) -> [(ModelStep, SessionModel)] {
        guard model.storages.contains(where: { $0 != nil }) else { return [] }
        guard model.thief == nil || model.store.end == nil else { return [] }
        var steps: [(ModelStep, SessionModel)] = []
        func step(_ step: ModelStep, _ change: (inout SessionModel) -> Void) {
            var next = model
            change(&next)
            next = isCanonical ? next.canonical(self) : next.assuming(conduct)
            if next != model { steps.append((step, next)) }
        }
        if mayWait(model) { step(.tick) { tick(&$0) } }
        if purges { step(.purge) { $0.store.purge() } }
        if !hasThief { step(.logout) { $0.store.end = $0.store.end ?? .logout } }
        for lag in 0...lag {
            for index in model.storages.indices where model.storages[index] != nil {
                step(.send(storage: index, lag: lag)) { send(&$0, from: index, lag) }
            }
            for index in model.late.indices {
                step(.arriveLate(index, lag: lag)) { arrive(&$0, $0.late[index], from: 0, lag) }
            }
        }
        for index in model.replies.indices { step(.receive(index)) { receive(&$0, $0.replies[index]) } }
        for index in model.storages.indices where model.storages[index] != nil {
            if conduct.contains(.losesKeyInCrash) {
                let key = model.freshKey()
                step(.crash(storage: index)) { $0.storages[index]?.key = key }
            }
            if conduct.contains(.dropsOnAnyError) {
                step(.error(storage: index)) { drop(&$0, index, isOver: $0.store.isOver(lag: 0)) }
            }
        }
        if hasThief { steal(model, step) }
        return steps
    }

    private func mayWait(_ model: SessionModel) -> Bool {
        guard conduct.contains(.triesInTime), let token = model.storages[0]?.token,
            let index = model.store.index(token),
            let spending = model.store.rows[index].spending
        else { return true }
        return spending.age < Int16(settings.lifetimes.reuseInterval)
    }

    private func tick(_ model: inout SessionModel) {
        model.store.tick(1, settings)
        model.thief.map { model.thief?.accessExpiresIn = max($0.accessExpiresIn - 1, -1) }
    }

    // MARK: The owner

    private func send(_ model: inout SessionModel, from storage: Int, _ lag: Int16) {
        guard var held = model.storages[storage] else { return }
        if conduct.contains(.drawsKeyWhenSending) { held.key = model.freshKey() }
        if conduct.contains(.sendsNoKey) { held.key = .none }
        arrive(&model, held, from: storage, lag)
    }

    private func arrive(_ model: inout SessionModel, _ sent: SessionModel.Held, from storage: Int, _ lag: Int16) {
        let answer = ask(&model, sent, lag)
        if let thief = model.thief, thief.stolen.token == sent.token, thief.answersSinceCopy < answersUntilNoGain,
            case .pair(_, let access, _) = answer
        {
            model.thief?.accessExpiresIn = max(thief.accessExpiresIn, access)
        }
        model.replies.append(SessionModel.Reply(storage: storage, to: sent.token, answer: answer))
    }

    private func ask(_ model: inout SessionModel, _ sent: SessionModel.Held, _ lag: Int16) -> ModelStore.Answer {
        let store = model.store
        let answer = model.store.present(sent.token, key: sent.key, lag: lag, settings)
        guard case .pair(let next, let access, let isNew) = answer else { return answer }
        if store.end != nil || isNew && store.isOver(lag: lag) { model.isWrong = true }
        let login = ModelStore.time(-store.age)
        let fresh = settings.lifetimes.expiry(sessionStartedAt: login, now: ModelStore.time(-lag)).accessToken
        if !model.store.isSpent(next), access != ModelStore.ticks(fresh) { model.isWrong = true }
        guard !isNew, let row = store.index(sent.token), let spending = store.rows[row].spending else { return answer }
        if spending.successorExpiresIn <= -lag { model.isWrong = true }
        if spending.key == .none {
            let interval = Int16(settings.lifetimes.reuseInterval)
            let isInTime = interval > 0 && spending.age - lag <= interval
            if !isInTime || store.isSpent(spending.successor) { model.isWrong = true }
        }
        return answer
    }

    private func receive(_ model: inout SessionModel, _ reply: SessionModel.Reply) {
        guard let held = model.storages[reply.storage] else { return }
        guard held.token == reply.to || conduct.contains(.storesAnyAnswer) else { return }
        switch reply.answer {
        case .pair(let token, _, _):
            // Only one try is under way where the client says so.
            if !conduct.contains(.triesInTime) { model.late.append(held) }
            let key = conduct.contains(.sendsOneKeyForEver) ? held.key : model.freshKey()
            model.storages[reply.storage] = SessionModel.Held(token: token, key: key)
            guard let thief = model.thief else { return }
            model.thief?.answersSinceCopy = min(thief.answersSinceCopy + 1, 2)
            model.thief?.answersSinceUse = thief.answersSinceUse.map { min($0 + 1, 2) }
        case .refused(let isOver):
            drop(&model, reply.storage, isOver: isOver)
        case .reusedKey:
            model.isStuck = true
        }
    }

    private func drop(_ model: inout SessionModel, _ storage: Int, isOver: Bool) {
        model.storages[storage] = nil
        if !isOver { model.isLoggedOut = true }
    }

    // MARK: The thief

    private func steal(_ model: SessionModel, _ step: (ModelStep, (inout SessionModel) -> Void) -> Void) {
        guard let thief = model.thief else {
            guard let held = model.storages[0] else { return }
            return step(.copy) { model in
                let spending = model.store.index(held.token).flatMap { model.store.rows[$0].spending }
                model.thief = SessionModel.Thief(stolen: held, accessExpiresIn: spending?.accessExpiresIn ?? -1)
            }
        }
        for token in [thief.stolen.token] + thief.known {
            for key in [.none, thief.stolen.key] + ModelKey.thieves {
                step(.steal(token: token, key: key)) { present(&$0, thief, token, key) }
            }
        }
    }

    private func present(
        _ model: inout SessionModel, _ thief: SessionModel.Thief, _ token: ModelToken, _ key: ModelKey
    ) {
        var thief = thief
        guard case .pair(let next, let access, let isNew) = ask(&model, SessionModel.Held(token: token, key: key), 0)
        else { return }
        if !thief.known.contains(next) { thief.known.append(next) }
        if isNew, token != thief.stolen.token || key != thief.stolen.key {
            thief.answersSinceUse = thief.answersSinceUse ?? 0
        }
        if thief.answersSinceUse == nil {
            if thief.answersSinceCopy < answersUntilNoGain {
                thief.accessExpiresIn = max(thief.accessExpiresIn, access)
            } else if access > thief.accessExpiresIn || !model.store.isSpent(next) {
                thief.hasGained = true
            }
        }
        model.thief = thief
    }
}
