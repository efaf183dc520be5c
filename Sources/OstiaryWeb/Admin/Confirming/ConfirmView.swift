// SPDX-License-Identifier: Apache-2.0

import HTTPTypes

/// The page that asks for the visitor's password before something that a stolen session must not do.
struct ConfirmView {
    let frame: Frame
    /// The address to which the form goes again.
    let action: String
    let email: String
    let carried: Carried
    /// The reason why the password was refused; nil if none was given yet.
    let failure: String?
}

/// The page of a refusal that is none of a form's fields.
struct RefusalView {
    let frame: Frame
    let title: String
    let text: String
    /// The sentence of the API; empty for none.
    let detail: String
    let back: Crumb
    /// True if what was sent can be sent again.
    let canRepeat: Bool
    let action: String
    let carried: Carried

    /// - Parameters:
    ///   - frame: the content around; its last crumb leads back.
    ///   - isForm: true if a form was refused.
    ///   - carried: the content of that form.
    init(frame: Frame, reply: AdminReply, isForm: Bool, action: String, carried: Carried) {
        var detail = reply.detail
        let text: String
        (title, text, canRepeat) =
            switch reply.status {
            case .forbidden:
                ("Not allowed", "You do not have the right to do this, so nothing was done.", false)
            case .notFound:
                ("Not there any more", "There is nothing here. Somebody may have deleted it a moment ago.", false)
            case .badRequest:
                (
                    "Not understood", "The address of this page holds something that the server does not understand.",
                    false
                )
            case .tooManyRequests:
                ("Too many requests", "Nothing was done. Try again in \(reply.patience).", isForm)
            case .serviceUnavailable:
                (
                    "Not available right now",
                    "The server cannot reach its database or another service at the moment, so nothing was done. Try again in \(reply.patience).",
                    isForm
                )
            case .conflict: ("Not possible", "Nothing was done.", false)
            default:
                ("Refused", "The server answered \(reply.status.code) \(reply.status.reasonPhrase).", false)
            }
        if [.notFound, .serviceUnavailable, .tooManyRequests].contains(reply.status) { detail = "" }
        if reply.status == .badRequest {
            detail = FormProblems(reply).others(than: []).joined(separator: " ")
        }
        self.text = text
        self.detail = detail
        self.frame = frame.titled(title)
        self.back = frame.crumbs.last ?? AdminSection.overview.crumb
        self.action = action
        self.carried = carried
    }
}
