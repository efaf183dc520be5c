// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The value of a key as Redis holds it, so that a script can compare it.
enum HeldValue: Equatable {
    case none
    case bytes([UInt8])
    /// A text that is too long to be fetched.
    case tooLong
    /// No plain string.
    case otherType

    var setting: StoredSetting? {
        switch self {
        case .none: nil
        case .bytes(let bytes): StoredSetting(constance: bytes)
        case .tooLong: .unusable(reason: "it is longer than \(ConstanceCodec.maximumLength) bytes")
        case .otherType: .unusable(reason: "the key holds no plain string")
        }
    }
}

/// The script that writes a key if it still has a value that was read before.
enum SwapScript {
    /// The Lua text. It takes the key, the state that was read, the longest text that is compared, and the new bytes,
    /// none to delete the key. A state is `=` and the bytes, or one of three words. It returns an empty text if it has
    /// written, else the present state.
    static let text = """
        local kind = redis.call('TYPE', KEYS[1]).ok
        local state = 'other'
        if kind == 'none' then
            state = 'none'
        elseif kind == 'string' then
            if redis.call('STRLEN', KEYS[1]) > tonumber(ARGV[2]) then
                state = 'long'
            else
                state = '=' .. redis.call('GET', KEYS[1])
            end
        end
        if state ~= ARGV[1] then return state end
        if ARGV[3] then redis.call('SET', KEYS[1], ARGV[3]) else redis.call('DEL', KEYS[1]) end
        return ''
        """

    static let script = RedisScript(text)

    /// - Parameter bytes: the new value; nil to delete the key.
    static func arguments(_ key: String, from held: HeldValue, to bytes: [UInt8]?) -> [[UInt8]] {
        let longest = String(ConstanceCodec.maximumLength)
        return [Array("1".utf8), Array(key.utf8), state(of: held), Array(longest.utf8)] + (bytes.map { [$0] } ?? [])
    }

    enum Reply: Equatable {
        case written
        /// Another value was there, and nothing was written.
        case found(HeldValue)
    }

    /// - Returns: nil if the value is no answer of the script.
    static func reply(_ value: RESPValue) -> Reply? {
        guard case .bulk(let bytes) = value else { return nil }
        if bytes.isEmpty { return .written }
        if bytes.first == UInt8(ascii: "=") { return .found(.bytes(Array(bytes.dropFirst()))) }
        return [.none, .tooLong, .otherType].first { state(of: $0) == bytes }.map(Reply.found)
    }

    private static func state(of held: HeldValue) -> [UInt8] {
        switch held {
        case .none: Array("none".utf8)
        case .bytes(let bytes): [UInt8(ascii: "=")] + bytes
        case .tooLong: Array("long".utf8)
        case .otherType: Array("other".utf8)
        }
    }
}
