import HTTPTypes
public import OstiaryCore

/// `POST /api/refresh/`
public struct RefreshController: Sendable {
    private let refresh: RefreshService

    public init(refresh: RefreshService) { self.refresh = refresh }

    public var endpoints: [Endpoint] {
        [.public(.post, "/api/refresh/", name: "Refresh", handler: refresh)]
    }

    private func refresh(_ call: Call) async throws -> Answer {
        // A header that cannot be one key is told before anything is spent.
        let keys = call.idempotencyKeys.map(IdempotencyKey.init)
        guard keys.count <= 1, keys.allSatisfy({ $0 != nil }) else { throw Refusal.invalidIdempotencyKey }
        do {
            guard let pair = try await refresh.refresh(call.refreshToken(), key: keys.first ?? nil) else {
                throw Refusal.invalidRefreshToken
            }
            return .tokens(pair)
        } catch is ReusedIdempotencyKey {
            throw Refusal.reusedIdempotencyKey
        }
    }
}

extension Call {
    /// - Throws: the one refusal for whatever is wrong with it, so that nothing can be learned from the answer.
    func refreshToken() throws -> RefreshToken {
        guard case .fields(let fields) = payload, case .string(let text) = fields["refresh_token"],
            text.loneSurrogate == nil, let token = RefreshToken(text.text)
        else { throw Refusal.invalidRefreshToken }
        return token
    }
}
