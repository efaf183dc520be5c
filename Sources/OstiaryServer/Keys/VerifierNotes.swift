// SPDX-License-Identifier: Apache-2.0

import Crypto
import OstiaryCore
import Synchronization

/// The verifiers that were seen lately, in memory until they are written. A flood of fetches costs one row for each client.
final class VerifierNotes: Sendable {
    private let seen = Mutex<[String: Verifier]>([:])
    private let key: SymmetricKey

    /// The most verifiers between two writes.
    private static let capacity = 1_000

    /// - Parameter key: a secret that all servers on a database share.
    init(key: SymmetricKey) { self.key = key }

    /// Notes that a client has fetched the keys. Its name is a digest of its network and user agent.
    func fetched(_ keys: Set<String>, in context: RequestContext) {
        let origin = context.origin
        let network = origin.address.map(Network.init)?.description ?? ""
        note(
            Verifier(name: "\(network)\n\(origin.userAgent ?? "")", kind: .fetches, keys: keys, seenAt: context.now))
    }

    /// Notes that a client has polled the feed.
    /// - Parameters:
    ///   - client: the name of the client.
    ///   - instance: the name of the process; nil where the client has one.
    ///   - keys: the keys that it has.
    func polled(by client: String, instance: String?, having keys: Set<String>, in context: RequestContext) {
        let name = instance.map { "\(client)/\($0)" } ?? client
        note(Verifier(name: String(name.prefix(100)), kind: .polls, keys: keys, seenAt: context.now))
    }

    private func note(_ verifier: Verifier) {
        seen.withLock { seen in
            guard seen[verifier.name] != nil || seen.count < Self.capacity else { return }
            var verifier = verifier
            // Two processes of one name: neither has more than both have.
            if verifier.kind == .polls, let known = seen[verifier.name] { verifier.keys.formIntersection(known.keys) }
            seen[verifier.name] = verifier
        }
    }

    /// Takes out the verifiers to be written.
    func take() -> [Verifier] {
        let taken = seen.withLock { seen in
            defer { seen = [:] }
            return seen.values
        }
        return taken.map { verifier in
            guard verifier.kind == .fetches else { return verifier }
            var verifier = verifier
            let code = HMAC<SHA256>.authenticationCode(for: Array(verifier.name.utf8), using: key)
            verifier.name = "fetch:" + code.prefix(8).hexadecimal
            return verifier
        }
    }
}
