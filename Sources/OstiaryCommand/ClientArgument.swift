// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiaryCore
import OstiaryServer

/// The client that a command is about.
struct ClientArgument: ParsableArguments {
    @Argument(help: "The id of the client, or its name.")
    var client: String
}

extension ConfigurationOptions {
    /// ``withInstallation(_:creates:migrated:_:)`` for work on one client.
    func withClient(
        _ argument: ClientArgument, _ work: (ClientAdministration, Client) async throws -> Void
    ) async throws {
        try await withInstallation { installation in
            guard let stored = try await installation.clients.client(argument.client, in: .command) else {
                throw Failure.noClient
            }
            try await work(installation.clients, stored.client)
        }
    }

    /// Disables a client, or enables it.
    func set(_ argument: ClientArgument, isEnabled: Bool, _ output: JSONOption) async throws {
        let state = isEnabled ? "enabled" : "disabled"
        try await withClient(argument) { clients, client in
            guard let isChanged = try await clients.set(client.id, isEnabled: isEnabled, in: .command) else {
                throw Failure.noClient
            }
            let text = "\(client.name.printable) \(isChanged ? "is \(state) now" : "was \(state) already")."
            try output.print(text, state, client.id)
        }
    }
}

extension Failure {
    static let noClient = Failure(text: "There is no such client: ostiary clients list")
}

extension JSONOption {
    /// Prints a secret, once.
    func print(_ secret: ClientSecret, of client: Client) throws {
        if json {
            return try Terminal.document { json in
                json.beginObject()
                json.member("client_id", client.id)
                json.member("client_secret", secret.text)
                json.member("name", client.name)
                json.member("may", client.rights)
                json.endObject()
            }
        }
        try Terminal.print("client_id      \(client.id)\nclient_secret  \(secret.text)")
    }

    /// Prints what was done with a thing: a sentence, or an object with one member, such as `{"removed": "…"}`.
    func print(_ text: String, _ word: String, _ id: String) throws {
        guard json else { return try Terminal.print(text) }
        try Terminal.document { json in
            json.beginObject()
            json.member(word, id)
            json.endObject()
        }
    }

    /// - Throws: `ValidationError` if a command would ask amid JSON.
    func needsYes(_ isConfirmed: Bool) throws {
        guard isConfirmed || !json else { throw ValidationError("--json needs --yes, since it asks nothing.") }
    }
}

extension JSONWriter {
    /// A client with its state, without its secrets.
    mutating func client(_ stored: StoredClient) {
        let client = stored.client
        beginObject()
        member("client_id", client.id)
        member("name", client.name)
        member("kind", client.kind.rawValue)
        member("may", client.rights)
        member("created_at", client.createdAt.iso8601)
        member("secret_made_at", client.secretMadeAt.iso8601)
        member("has_previous_secret", stored.previous != nil)
        member("last_used_at", optional: client.lastUsedAt?.iso8601)
        member("disabled_at", optional: client.disabledAt?.iso8601)
        endObject()
    }
}
