// SPDX-License-Identifier: Apache-2.0

/// What happens at a point.
enum Fault: String, Sendable {
    case kill = "KILL"
    case ioError = "EIO"
    case full = "ENOSPC"
    /// The call fails, the request is answered, and then the server is killed.
    case ioErrorThenKill = "EIO, then KILL"

    /// For strace, at the n-th of these calls.
    func injection(_ call: String, _ n: Int) -> String {
        switch self {
        case .kill: "\(call):signal=KILL:when=\(n)"
        case .ioError, .ioErrorThenKill: "\(call):error=EIO:when=\(n)"
        case .full: "\(call):error=ENOSPC:when=\(n)"
        }
    }
}
