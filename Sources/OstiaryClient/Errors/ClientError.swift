// SPDX-License-Identifier: Apache-2.0

/// The error of a client. Its description holds no secret.
public enum ClientError: Error, Sendable, Equatable {
    /// There is no session, or none any more: ask for the password.
    case signedOut
    /// The login is too old for the request: ask for the password, log in, and send the request again.
    /// - Parameter refusal: what the server told.
    case freshLoginRequired(ServerRefusal)
    /// The server refused the request.
    /// - Parameter refusal: what the server told.
    case refused(ServerRefusal)
    /// There was no answer, half of one, or one that is too large. The session is still there; the server may have acted.
    /// - Parameter reason: the cause, for logs.
    case noAnswer(String)
    /// There was an answer that an Ostiary server does not give.
    /// - Parameter status: its status code.
    case unexpectedAnswer(status: Int)
    /// The request cannot be sent.
    /// - Parameter reason: the fault.
    case invalidRequest(String)
    /// The address of the server cannot be used.
    /// - Parameter reason: the fault.
    case invalidAddress(String)
    /// The storage failed; the session that it held is still there.
    /// - Parameter reason: the cause, with the path.
    case storage(String)
    /// Another program that shares the storage kept it for too long.
    case storageBusy
}

extension ClientError: CustomStringConvertible {
    /// A line for logs.
    public var description: String {
        switch self {
        case .signedOut: "signed out"
        case .freshLoginRequired(let refusal): "fresh login required: \(refusal)"
        case .refused(let refusal): "refused: \(refusal)"
        case .noAnswer(let reason): "no answer: \(reason)"
        case .unexpectedAnswer(let status): "unexpected answer with status \(status)"
        case .invalidRequest(let reason): "invalid request: \(reason)"
        case .invalidAddress(let reason): "invalid address: \(reason)"
        case .storage(let reason): "storage: \(reason)"
        case .storageBusy: "storage: another program keeps it"
        }
    }
}
