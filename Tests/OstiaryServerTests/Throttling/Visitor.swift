// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport

/// A client that a proxy of the operator's speaks for. Used by one thread.
struct Visitor {
    private let client: WireClient
    private let address: String

    init(_ server: ServerProcess, from address: String) {
        client = WireClient(port: server.port)
        self.address = address
    }

    func login(_ email: String, _ password: String = WireClient.password) throws -> WireAnswer {
        try post("/api/login/", email, password)
    }

    func register(_ email: String, accepts type: String = "application/json") throws -> WireAnswer {
        try post("/api/register/", email, WireClient.password, [("Accept", type)])
    }

    private func post(
        _ path: String, _ email: String, _ password: String, _ headers: [(String, String)] = []
    ) throws -> WireAnswer {
        let json = "{\"email\":\(jsonText(email)),\"password\":\(jsonText(password))}"
        return try client.exchange(
            WireRequest("POST", path, [("X-Forwarded-For", address)] + headers, json: json))
    }
}

extension WireAnswer {
    /// Seconds; nil unless the answer is the contract's 429.
    var throttledFor: Int? {
        guard status == 429, let seconds = self["Retry-After"].flatMap({ Int($0) }), seconds > 0,
            text
                == #"{"detail":"Request was throttled. Expected available in \#(seconds) second\#(seconds == 1 ? "" : "s")."}"#
        else { return nil }
        return seconds
    }
}
