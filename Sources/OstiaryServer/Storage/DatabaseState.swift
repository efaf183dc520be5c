// SPDX-License-Identifier: Apache-2.0

import OstiarySQL

/// The state of a database as readiness tells it.
enum DatabaseState: Equatable {
    case ok
    /// The database does not answer.
    case unavailable
    /// The database answers, but keeps no writes.
    case cannotWrite(SQLError.Code)

    /// The state in words without names of tables and paths, since everybody may read it.
    var note: String {
        switch self {
        case .ok: "ok"
        case .unavailable: "unavailable"
        case .cannotWrite(let code):
            switch code {
            case .full: "cannot write: the disk is full"
            case .readOnly: "cannot write: the database is read-only"
            case .denied: "cannot write: the role lacks rights"
            case .ioError: "cannot write: the disk fails"
            case .corrupt, .notADatabase: "cannot write: the database is damaged"
            case .unavailable: "cannot write: commits are not answered in time"
            default: "cannot write"
            }
        }
    }
}
