// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import Synchronization

/// Remembers the user that a request proved to be, for the line of the request in the log. A page's requests to the API
/// share the witness of the page.
final class RequestWitness: Sendable {
    private let proven = Mutex<User.ID?>(nil)

    /// The user of the access token; nil if none was proven.
    var user: User.ID? { proven.withLock { $0 } }

    func note(_ user: User.ID) { proven.withLock { $0 = user } }
}

extension IncomingRequest {
    /// A copy with a witness.
    var witnessed: IncomingRequest {
        var request = self
        request.witness = RequestWitness()
        return request
    }
}
