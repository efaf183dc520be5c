// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryHTTP

/// `/api/`: everything that there is.
struct IndexView {
    struct Row {
        let rowPath: String
        /// nil where the path has a part to fill in.
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

    init(frame: Frame, directory: Directory, answer: AnswerView) {
        self.frame = frame
        self.answer = answer
        rows = directory.places.map { place in
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

/// `/docs/errors/`: every code, each at an anchor of its own.
struct ErrorsView {
    struct Row {
        let code: String
        let codeStatus: Int
        let codeReason: String
        let codeTitle: String
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
                codeTitle: code.title, meaning: Piece.pieces(code.meaning), remedy: Piece.pieces(code.remedy)
            )
        }
    }
}

/// The root, and every path where there is nothing.
struct LostView {
    let frame: Frame
    let isRoot: Bool
    let path: String
    /// The path that was meant, most likely.
    let nearest: String?
    let answer: AnswerView
}

/// `/login/`
struct LoginView {
    let frame: Frame
    let next: String
    let email: String
    let failure: String?
}

/// A page that says one thing.
struct MessageView {
    let frame: Frame
    let text: String
    let back: String
}
