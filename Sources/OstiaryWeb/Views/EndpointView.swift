// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
import OstiaryHTTP

/// The page of a path: its answer, and the forms of its operations.
struct EndpointView {
    struct Format {
        let formatName: String
        let formatLink: String
    }

    /// An instruction for the user, with a link behind it.
    struct Hint {
        let hintText: String
        let hintLink: String?
    }

    /// The order of a page's parts. The first part is on top on narrow screens, and on the left of wide ones.
    enum Order {
        /// The answer is the content of the page, and the forms stand beside it.
        case answer
        /// The forms are the content of the page: one of them was refused.
        case forms
        /// The forms are the content, and the answer is folded: it refuses the `GET` by which the browser opened the page.
        case formsOnly
    }

    let frame: Frame
    let path: String
    let answer: AnswerView
    let order: Order
    let hint: Hint?
    /// Another page that the user may want instead of the form, shown below it.
    let alternative: Hint?
    let canGet: Bool
    let formats: [Format]
    /// The operations that have a form; all if none has one.
    let operations: [OperationView]
    /// The operations that the page only documents.
    let documented: [OperationView]

    init(
        frame: Frame, place: EndpointIndex.Entry, path: String, answer: AnswerView, reply: OutgoingResponse,
        form: PageForm?,
        present: JSONObject?, address: String
    ) {
        self.frame = frame
        self.path = path
        self.answer = answer
        canGet = place.endpoints.contains { $0.method == .get }
        let isRefused = reply.status.code >= 400
        order =
            canGet || !isRefused ? .answer : form == nil && reply.status == .methodNotAllowed ? .formsOnly : .forms
        let isStranger = frame.user == nil
        let isRegistration = isStranger && place.path == RegistrationController.operation.path
        hint =
            isStranger && Self.needsLogin(place, reply)
            ? Hint(hintText: "This endpoint requires a login.", hintLink: frame.loginLink)
            : isRegistration && reply.status == .ok
                ? Hint(hintText: "Your account is ready.", hintLink: PageShell.login) : nil
        alternative =
            isRegistration && isRefused ? Hint(hintText: "Already have an account?", hintLink: PageShell.login) : nil
        formats =
            place.documents.map {
                Format(
                    formatName: $0.rawValue.uppercased(),
                    formatLink: "\(path)?\(EndpointIndex.Entry.bytes)=\($0.rawValue)")
            }
        // Nobody starts with a form that asks for a login first.
        let isMain = order != .answer && hint == nil
        let views = place.endpoints.map {
            OperationView(
                $0, place: place, path: path, form: form, isMain: isMain, reply: reply, present: present,
                address: address)
        }
        let withForm = views.filter(\.isUnsafe)
        operations = withForm.isEmpty ? views : withForm
        documented = withForm.isEmpty ? [] : views.filter { !$0.isUnsafe }
    }

    /// True if the answer asks for credentials, or if every form of the page would be refused for lack of them.
    private static func needsLogin(_ place: EndpointIndex.Entry, _ reply: OutgoingResponse) -> Bool {
        switch reply.status {
        case .unauthorized: reply.fields[.wwwAuthenticate]?.hasBytePrefix("Bearer") == true
        case .methodNotAllowed: place.endpoints.allSatisfy(\.security.needsToken)
        default: false
        }
    }
}
