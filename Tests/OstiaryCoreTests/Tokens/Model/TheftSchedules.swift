// SPDX-License-Identifier: Apache-2.0

/// How often nobody notices a thief who copied the client's storage once.
///
/// There are 64 schedules: the owner refreshes every i-th and the thief every j-th step of five seconds, i and j from 1
/// to 8, the owner first where both do, for 120 steps. No answer is lost. Each presents the newest token that it has.
struct TheftSchedules {
    /// Schedules in which the owner is never refused and the thief is still answered.
    private(set) var unnoticed = 0
    /// Schedules in which the thief is still answered, whether or not the owner was logged out.
    private(set) var thiefStays = 0

    init(_ server: RefreshServer) {
        for (owner, thief) in (1...8).flatMap({ i in (1...8).map { (i, $0) } }) {
            let (isOwnerIn, isThiefIn) = Self.play(server, owner: owner, thief: thief)
            unnoticed += isOwnerIn && isThiefIn ? 1 : 0
            thiefStays += isThiefIn ? 1 : 0
        }
    }

    private static func play(_ server: RefreshServer, owner: Int, thief: Int) -> (Bool, Bool) {
        var store = ModelStore(server.settings)
        var holders: [SessionModel.Held?] = [.init(token: 1, key: 1), .init(token: 1, key: 1)]
        var lastKey: ModelKey = 1
        for step in 1...120 {
            store.tick(5, server.settings)
            for (index, period) in [owner, thief].enumerated() where step.isMultiple(of: period) {
                guard let held = holders[index] else { continue }
                let key = server.takesKeys ? held.key : .none
                let answer = store.present(held.token, key: key, lag: 0, server.settings)
                // Numbers are few here, and keys of tokens long gone may come again.
                lastKey = lastKey % 50 + 1
                if case .pair(let token, _, _) = answer {
                    holders[index] = SessionModel.Held(token: token, key: lastKey)
                } else {
                    holders[index] = nil
                }
            }
        }
        return (holders[0] != nil, holders[1] != nil && store.end == nil)
    }
}
