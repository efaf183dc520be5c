// SPDX-License-Identifier: Apache-2.0

import NIOCore

extension TimeAmount {
    /// - Parameter duration: anything; less than nothing becomes nothing, and more than a day a day, since NIO's
    ///   deadlines trap on overflow.
    init(clamped duration: Duration) { self.init(min(max(duration, .zero), .seconds(86_400))) }
}
