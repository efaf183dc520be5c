// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
package import OstiaryCore

/// `GET /api/revocations/`: the feed by which programs that verify tokens by themselves hear of those that ended early.
package struct RevocationController: Sendable {
    private let feed: RevocationFeed
    private let onPoll: @Sendable (Client, _ instance: String?, _ keys: String?, RequestContext) -> Void

    /// - Parameters:
    ///   - feed: makes the pages.
    ///   - onPoll: called with each poll: the client, the instance of it, the `ETag` of the public keys that it has.
    package init(
        feed: RevocationFeed,
        onPoll: @escaping @Sendable (Client, _ instance: String?, _ keys: String?, RequestContext) -> Void
    ) {
        self.feed = feed
        self.onPoll = onPoll
    }

    /// The longest time for which a request waits, in seconds.
    private static let longestWait: Int64 = 30
    /// The longest name of an instance, in bytes.
    private static let longestInstance = 64

    private static let after = Parameter(
        "after", in: .query, example: "WyJyZXZvY2F0aW9ucyIsInJvdyIsMTIsMTc5MDAwMDAwMDAwMDAwMF0",
        help: "The `cursor` of the page before. Without it the list begins at its start.")
    private static let keys = Parameter(
        "keys", in: .query, example: "6d5f807e23db210bc254a28be2d6759a",
        help: "The `ETag` of the public keys that the program has, so that a new key does not sign before.")
    private static let wait = Parameter(
        "wait", in: .query, .integer, example: "30",
        help: "The seconds to wait for a new entry, at most 30. By default the answer comes at once.")
    private static let instance = Parameter(
        "instance", in: .query, .matching(pattern: "^[A-Za-z0-9._-]{1,64}$"), example: "api-1",
        help: "A lasting name of the process, where several of one client poll.")

    private static let revocations = APIOperation(
        .get, "/api/revocations/", name: "Revocations", operationID: "getRevocations", security: .client(.feed),
        about: .init(
            "Hear of tokens that ended early",
            """
            The sessions, accounts and keys that were revoked while tokens of theirs live, in a signed page: a JWS in compact form \
            whose `typ` is `revocations+jwt`. A program that verifies tokens by the public keys asks again and again with the \
            `cursor` of the page before, and hears of each end within a second.

            A server without a public key answers 404: no other program can verify its tokens.
            """,
            tag: .clients, parameters: [after, keys, wait, instance],
            successes: [Success("The page.", .value(.string, example: "eyJhbGciOiJFUzI1NiIs…"))],
            errors: [.invalidRequest, .notFound], throttles: [Setting.throttleClient.name]),
        parsers: [], renderers: [.jwt])

    /// The operations of these endpoints.
    package static let operations = [revocations]

    package var endpoints: [Endpoint] { [.client(Self.revocations, ahead: .wait(wait), handler: page)] }

    /// The parameters of a request.
    private struct Question {
        let cursor: String?
        let keys: String?
        let wait: Duration
        let instance: String?

        /// - Throws: ``Refusal``.
        init(_ call: Call) throws {
            var parameters = call.parameters()
            cursor = parameters.text(after)
            keys = parameters.text(RevocationController.keys, atMost: 100)
            wait = .seconds(parameters.integer(RevocationController.wait, in: 0...longestWait) ?? 0)
            instance = parameters.text(RevocationController.instance, atMost: longestInstance)
            do { try parameters.check() } catch { throw Refusal.invalidRequest("A parameter is malformed.") }
            if let instance, !instance.utf8.allSatisfy(RevocationController.isOfInstance) {
                throw Refusal.invalidRequest("An instance is named by letters, digits, dots, hyphens and underscores.")
            }
        }
    }

    private func wait(_ call: Call, _ client: Client) -> RequestWait? {
        guard let question = try? Question(call), question.wait > .zero else { return nil }
        onPoll(client, question.instance, question.keys, call.context)
        return { [feed] in
            let page = try? await feed.page(after: question.cursor, waiting: question.wait)
            return page != nil || Task.isCancelled
        }
    }

    private func page(_ call: Call, _ client: Client) async throws -> Answer {
        let question = try Question(call)
        if !call.hasWaited { onPoll(client, question.instance, question.keys, call.context) }
        do {
            var answer = Answer { _ in }
            // After a wait the page is one that was made for all.
            answer.json = try await feed.page(
                after: question.cursor, waiting: call.hasWaited ? .zero : question.wait)
            return answer
        } catch RevocationFeed.Failure.noCursor {
            throw Refusal.invalidRequest("The cursor is not one of this list.")
        } catch RevocationFeed.Failure.noPublicKey {
            throw Refusal.notFound
        } catch RevocationFeed.Failure.crowded {
            throw Overloaded()
        }
    }

    private static func isOfInstance(_ byte: UInt8) -> Bool {
        byte.isASCIILetter || byte.isASCIIDigit || ".-_".utf8.contains(byte)
    }
}
