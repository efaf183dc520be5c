// SPDX-License-Identifier: Apache-2.0

/// A client of an Ostiary server: it logs in, keeps the tokens, and sends requests in the name of who logged in.
///
/// Make one when your program starts, and use it everywhere: all its methods may be called by any number of tasks at
/// once. Of tasks and processes that share a storage, one refreshes the tokens and the others wait for it.
///
/// Methods throw ``ClientError``, or `CancellationError` if their task was cancelled. Nothing that is thrown or described
/// has a token or a password in it.
public final class OstiaryClient: Sendable {
    /// The address of the server, without a slash at its end.
    public let address: String
    let options: Options
    let transport: any ClientTransport
    let keeper: SessionKeeper

    /// - Parameters:
    ///   - address: the address of the server, such as `https://id.example.com`; it may have a path.
    ///   - storage: the place of the tokens, such as `.file("/var/lib/notes/session")`.
    ///   - options: bounds and other choices.
    ///   - transport: the way to the server; by default AsyncHTTPClient.
    /// - Throws: ``ClientError/invalidAddress(_:)`` if the address is none, or if it is that of another machine and begins
    ///   with `http://`, unless ``Options/allowsPlainText`` is set.
    public init(
        _ address: String, storage: some SessionStorage, options: Options = Options(),
        transport: (any ClientTransport)? = nil
    ) throws {
        let transport = transport ?? AsyncHTTPClientTransport(timeout: options.timeout)
        let server = try ServerAddress(address, allowsPlainText: options.allowsPlainText)
        self.address = server.text
        self.options = options
        self.transport = transport
        keeper = SessionKeeper(storage: storage, line: Line(server.text, transport, options), options: options)
    }

    /// Changes of the session from now on: this program's own, and those of others that share the storage, as soon as they
    /// are noticed. Each read of this property makes a stream of its own, which keeps the last 16 changes.
    public var changes: AsyncStream<SessionChange> { keeper.changes.stream() }

    /// True if the storage has a session. The server may have ended it meanwhile.
    /// - Throws: ``ClientError/storage(_:)``.
    public var isSignedIn: Bool { get throws { try keeper.peek() != nil } }

    /// Sends a request with the access token, and once more with a new one if the server refuses that token.
    ///
    /// A request without an answer is not repeated: only the caller knows if that does harm.
    /// - Parameter request: the request. An `Authorization` field in it is replaced.
    /// - Returns: the answer, whatever its status: ``Answer/checked()`` turns refusals into errors.
    /// - Throws: ``ClientError/signedOut`` if there is no session, or none any more.
    public func send(_ request: Request) async throws -> Answer {
        let token = try keeper.current().accessToken
        let answer = try await keeper.line.send(request, bearer: token)
        guard answer.refusesToken else { return answer }
        return try await keeper.line.send(request, bearer: keeper.accessToken(refused: token))
    }

    /// Sends a request without a token.
    /// - Parameter request: the request.
    /// - Returns: the answer, whatever its status.
    public func sendAnonymously(_ request: Request) async throws -> Answer {
        try await keeper.line.send(request, bearer: nil)
    }

    /// An access token, for requests of another library.
    /// - Parameter refused: a token that was answered 401; nil for the one that is stored. If it is the stored one, the
    ///   tokens are refreshed.
    /// - Returns: a token other than `refused`.
    /// - Throws: ``ClientError/signedOut`` if there is no session, or none any more.
    public func accessToken(refused: String? = nil) async throws -> String {
        try await keeper.accessToken(refused: refused)
    }
}
