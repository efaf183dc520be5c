// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryHTTP

/// `/api/`: the list of all paths.
struct IndexView {
    struct Row {
        let rowPath: String
        /// The address of the path; nil if the path has a placeholder.
        let rowLink: String?
        let methods: [Method]
    }

    struct Method {
        let methodName: String
        let methodKind: String
        let methodSummary: String
        let isLocked: Bool
    }

    let frame: Frame
    let rows: [Row]
    let answer: AnswerView

    init(frame: Frame, directory: EndpointIndex, answer: AnswerView) {
        self.frame = frame
        self.answer = answer
        rows = directory.entries.map { place in
            Row(
                rowPath: place.path, rowLink: place.path.contains("{") ? nil : place.path,
                methods: place.endpoints.map { endpoint in
                    Method(
                        methodName: endpoint.method.rawValue, methodKind: endpoint.method.rawValue.lowercased(),
                        methodSummary: endpoint.summary, isLocked: endpoint.security.needsToken
                    )
                }
            )
        }
    }
}

/// `/docs/errors/`: every error code, each with an anchor.
struct ErrorsView {
    struct Row {
        let code: String
        let codeStatus: Int
        let codeReason: String
        /// The class of the status, see ``AnswerView/kind(of:)``.
        let codeKind: String
        let meaning: [Piece]
        let remedy: [Piece]
    }

    let frame: Frame
    let rows: [Row]

    init(frame: Frame) {
        self.frame = frame
        rows = ErrorCode.allCases.map { code in
            Row(
                code: code.rawValue, codeStatus: code.status.code, codeReason: code.status.reasonPhrase,
                codeKind: AnswerView.kind(of: code.status.code),
                meaning: Piece.pieces(Self.sentence(code.meaning)), remedy: Piece.pieces(Self.sentence(code.remedy))
            )
        }
    }
}

extension ErrorsView {
    private static func sentence(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() + "." }
}

/// `/`: the start page.
struct HomeView {
    let frame: Frame
    /// The version of the program.
    let version: String
    /// The request of a registration with curl; nil if the server has no registration.
    let firstRequest: String?
}

/// The page of every path that does not exist.
struct NotFoundView {
    let frame: Frame
    let path: String
    /// The path with the most similar spelling; nil if none is similar.
    let nearest: String?
    let answer: AnswerView
}

/// `/login/`: the form that logs a browser in.
struct LoginView {
    let frame: Frame
    let next: String
    /// The path on this host to which the login returns, whoever serves it; nil for a page of this server.
    let returnPath: String?
    let email: String
    /// The path of the page on which people create an account; nil if there is none.
    let signUp: String?
    /// The path of the page on which people ask for a new password; nil if there is none.
    let recovery: String?
    let hints: [LoginHint]
    let failure: String?
}

/// A page with one message.
struct MessageView {
    let frame: Frame
    let text: String
    let back: String
    /// The text of the link back.
    var backName = "Back"
}
