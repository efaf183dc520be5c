// SPDX-License-Identifier: Apache-2.0

import NIOCore

extension TimeAmount {
    /// - Parameter duration: any duration; it is clamped to 0…24 h, since NIO's deadlines trap on overflow.
    init(clamped duration: Duration) { self.init(min(max(duration, .zero), .seconds(86_400))) }
}
