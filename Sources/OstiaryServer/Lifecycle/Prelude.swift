// SPDX-License-Identifier: Apache-2.0

import ServiceLifecycle

/// Runs a service after a first task is done.
struct Prelude: Service {
    let service: any Service
    let first: @Sendable () async throws -> Void

    func run() async throws {
        try await first()
        try await service.run()
    }
}
