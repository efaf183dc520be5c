// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension Backend {
    /// Follows changes from now on, and reads the settings: their values must be in force before the first login.
    ///
    /// A store outside may not keep a server from starting: ``waitForSettings()`` gives it a moment.
    func followSettings() async throws {
        installation.storage.startChangeFeed()
        try await installation.settings.restore()
        if !hasSettingsElsewhere { try await installation.settings.reload(observing: true) }
    }

    /// True if the settings are read over a connection that ``run()`` opens.
    var hasSettingsElsewhere: Bool {
        if case .redis = installation.access { true } else { false }
    }

    /// Waits for at most half a second until the settings are read. The service that follows the changes reads them: a second
    /// reader could put an older value over a newer one.
    func waitForSettings() async throws {
        let deadline = ContinuousClock.now + .milliseconds(500)
        while !installation.settings.isRead, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
