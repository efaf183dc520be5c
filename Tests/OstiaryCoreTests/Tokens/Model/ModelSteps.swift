// SPDX-License-Identifier: Apache-2.0

/// Rules that the client's text states, each of which a client may break.
struct Conduct: OptionSet, Sendable {
    let rawValue: Int

    /// It sends no keys at all.
    static let sendsNoKey = Conduct(rawValue: 1)
    static let drawsKeyWhenSending = Conduct(rawValue: 2)
    static let losesKeyInCrash = Conduct(rawValue: 4)
    /// Without looking whether the storage still holds the token that was sent.
    static let storesAnyAnswer = Conduct(rawValue: 8)
    static let dropsOnAnyError = Conduct(rawValue: 16)
    static let sendsOneKeyForEver = Conduct(rawValue: 32)
    /// A tab sleeps between reading the storage and sending, for longer than a token lives.
    static let holdsTriesBack = Conduct(rawValue: 64)
    /// One try at a time, and the next within the reuse interval.
    static let triesInTime = Conduct(rawValue: 128)
}

enum ModelStep: Hashable, Sendable, CustomStringConvertible {
    case tick
    case purge
    case crash(storage: Int)
    case logout
    case send(storage: Int, lag: Int16)
    case arriveLate(Int, lag: Int16)
    case receive(Int)
    case error(storage: Int)
    case copy
    case steal(token: ModelToken, key: ModelKey)

    var description: String {
        switch self {
        case .tick: "a second passes"
        case .purge: "expired rows are deleted"
        case .crash(let storage): "client \(storage) crashes"
        case .logout: "a logout arrives"
        case .send(let storage, let lag):
            "client \(storage)'s try arrives" + (lag > 0 ? " where the clock is behind" : "")
        case .arriveLate(_, let lag): "an earlier try arrives" + (lag > 0 ? " where the clock is behind" : "")
        case .receive: "an answer arrives"
        case .error(let storage): "client \(storage) is answered 503"
        case .copy: "the thief copies token and key"
        case .steal(let token, let key):
            "the thief presents token \(token) with \(key == .none ? "no key" : "key \(key)")"
        }
    }
}
