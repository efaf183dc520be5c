// SPDX-License-Identifier: Apache-2.0

/// A page that leads on to another address of the same host without a click.
struct OnwardView {
    let frame: Frame
}

/// A message on the host of an application, where this server has no other pages.
struct GateMessageView {
    let frame: Frame
    let text: String
    /// The path by which the browser begins again; nil for none.
    let again: String?
}
