// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryHTTP

extension Composition {
    /// The public keys, and the notes of who has fetched them.
    var keyController: KeyController {
        KeyController(
            publicURL: installation.configuration.publicURL,
            maximumAge: { [settings = installation.settings] in settings.snapshot[.jwksMaximumAge] },
            sets: publicKeys,
            onFetch: { [verifiers] in verifiers.fetched($0, in: $1) })
    }

    /// The feed of revocations, and the notes of who polls it.
    var revocationController: RevocationController {
        RevocationController(feed: revocations) { [verifiers, publicKeys] client, instance, tag, context in
            let set = publicKeys.current
            verifiers.polled(
                by: client.name, instance: instance, having: tag.map(set.hasTag) == true ? set.ids : [], in: context)
        }
    }
}
