// SPDX-License-Identifier: Apache-2.0

import OstiaryHTTP

extension AdminVisit {
    /// `/admin/`.
    mutating func overview() async throws -> OutgoingResponse {
        let view = OverviewView(
            frame: frame.heading("Overview"), overview: AdminOverview(try await read(AdminAPI.overview)),
            isAlone: !AdminSection.allCases.contains { $0.permission != nil && own.allows($0.permission) })
        return show(view.html)
    }
}
