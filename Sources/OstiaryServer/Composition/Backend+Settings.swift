// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension Backend {
    /// Starts the change feed and reads the settings: their values must be in force before the first login.
    ///
    /// An external store must not keep the server from starting: ``waitForSettings()`` waits for it, but not for long.
    func followSettings() async throws {
        installation.storage.startChangeFeed()
        try await installation.settings.restore()
        if !hasSettingsElsewhere { try await installation.settings.reload(observing: true) }
    }

    /// True if the settings are read over a connection that ``run()`` opens.
    var hasSettingsElsewhere: Bool {
        if case .redis = installation.access { true } else { false }
    }

    /// Waits until the settings are read, for half a second at most. ``SettingsFollowing`` is the only reader: a second
    /// one could overwrite a newer value with an older one.
    func waitForSettings() async throws {
        let deadline = ContinuousClock.now + .milliseconds(500)
        while !installation.settings.isRead, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
