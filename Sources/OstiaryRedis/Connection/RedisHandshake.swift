// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The commands that open a connection and the meaning of their replies, without a socket.
///
/// The first command is `HELLO 3`; a server that does not know it is used with RESP2, without invalidations. The last
/// is `PING`, which a server refuses while it loads its data.
struct RedisHandshake {
    enum Progress: Equatable {
        case send([String])
        case done(tracking: Bool)
        case failed(RedisError)
    }

    private enum Step { case hello, authenticate, select, track, ping }

    private let credentials: RedisEndpoint.Credentials?
    private let database: Int
    private let trackedPrefix: String?
    private let clientName: String
    private var step = Step.hello
    private var speaksRESP3 = false
    private var isTracking = false

    /// - Parameter trackedPrefix: the prefix of the keys whose changes are tracked; nil for none.
    init(endpoint: RedisEndpoint, trackedPrefix: String?, clientName: String) {
        credentials = endpoint.credentials
        database = endpoint.database
        self.trackedPrefix = trackedPrefix
        self.clientName = clientName
    }

    var greeting: [String] {
        let authentication = credentials.map { ["AUTH", $0.user ?? "default", $0.password] } ?? []
        return ["HELLO", "3"] + authentication + ["SETNAME", clientName]
    }

    mutating func received(_ reply: RESPValue) -> Progress {
        let refusal: String? = if case .error(let text) = reply { text } else { nil }
        switch (step, refusal) {
        case (.hello, let refusal?):
            guard Self.meansOlderProtocol(refusal) else { return .failed(RedisError(reply: refusal)) }
            return enter(.authenticate)
        case (.hello, nil):
            guard case .map = reply else { return .failed(RedisError(.protocolViolation)) }
            speaksRESP3 = true
            return enter(.select)
        case (.authenticate, let refusal?):
            let error = RedisError(reply: refusal)
            return .failed(error.code == .refused ? RedisError(.authenticationFailed) : error)
        case (.select, let refusal?):
            return .failed(RedisError(reply: refusal))
        case (.authenticate, nil):
            return enter(.select)
        case (.select, nil):
            return enter(.track)
        case (.track, let refusal):
            isTracking = refusal == nil
            return enter(.ping)
        case (.ping, let refusal):
            // A server that refuses PING for another reason works: MISCONF, or a user without the permission.
            let error = refusal.map(RedisError.init(reply:))
            if let error, error.code == .loading || error.code == .authenticationFailed { return .failed(error) }
            return .done(tracking: isTracking)
        }
    }

    /// Sends the command of a step, or continues with the next step if this one needs none.
    private mutating func enter(_ next: Step) -> Progress {
        step = next
        switch next {
        case .hello:
            return .send(greeting)
        case .authenticate:
            guard let credentials else { return enter(.select) }
            // Servers before version 6 have one password and no users.
            return .send(["AUTH"] + (credentials.user.map { [$0] } ?? []) + [credentials.password])
        case .select:
            return database == 0 ? enter(.track) : .send(["SELECT", String(database)])
        case .track:
            guard let trackedPrefix, speaksRESP3 else { return enter(.ping) }
            // Without NOLOOP, so that changes by this connection are reported too.
            let prefix = trackedPrefix.isEmpty ? [] : ["PREFIX", trackedPrefix]
            return .send(["CLIENT", "TRACKING", "ON", "BCAST"] + prefix)
        case .ping:
            return .send(["PING"])
        }
    }

    private static func meansOlderProtocol(_ refusal: String) -> Bool {
        refusal.hasBytePrefix("NOPROTO") || refusal.hasBytePrefix("ERR unknown command")
    }
}
