// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The script of ``GCRA/take(whole:at:)`` for several budgets at once, by the clock of Redis.
enum TakeScript {
    /// The Lua text. It takes a key for each budget, and interval and burst of each as arguments. It returns the
    /// position of the first spent budget (0 if all were taken) and the microseconds to wait.
    static let text = """
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local first, wait, ahead = 0, 0, {}
        for i, key in ipairs(KEYS) do
            local interval, burst = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
            local whole = tonumber(redis.call('GET', key)) or now
            ahead[i] = math.min(math.max(whole - now, 0), burst) + interval
            if ahead[i] > burst then
                if first == 0 then first = i end
                wait = math.max(wait, ahead[i] - burst)
            end
        end
        if first == 0 then
            for i, key in ipairs(KEYS) do
                local whole = string.format('%.0f', now + ahead[i])
                redis.call('SET', key, whole, 'PX', string.format('%.0f', math.ceil(ahead[i] / 1000)))
            end
        end
        return {first, wait}
        """

    static let script = RedisScript(text)

    /// - Parameter prefix: the prefix of the keys.
    static func arguments(_ budgets: [Budget], prefix: String) -> [[UInt8]] {
        let texts =
            [String(budgets.count)] + budgets.map { key($0.key, prefix: prefix) }
            + budgets.flatMap { [String($0.rule.interval), String($0.rule.burst)] }
        return texts.map { Array($0.utf8) }
    }

    static func key(_ key: BudgetKey, prefix: String) -> String {
        "\(prefix)\(key.scope.rawValue):\(String(key.digest, radix: 16))"
    }

    enum Reply: Equatable {
        case taken
        case refused(Throttled)
    }

    /// - Returns: nil if the value is no answer of the script.
    static func reply(_ value: RESPValue, to budgets: [Budget]) -> Reply? {
        guard let parts = value.elements, parts.count == 2, case .integer(let first) = parts[0],
            case .integer(let wait) = parts[1]
        else { return nil }
        if first == 0 { return .taken }
        guard let place = Int(exactly: first), budgets.indices.contains(place - 1), wait >= 0 else { return nil }
        return .refused(Throttled(scope: budgets[place - 1].key.scope, wait: wait))
    }
}
