// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryHTTP

extension Composition {
    /// The public keys, and the notes of who has fetched them.
    var keyController: KeyController {
        let (keys, settings) = (ring.keys, installation.settings)
        return KeyController(
            publicURL: installation.configuration.publicURL,
            maximumAge: { settings.snapshot[.jwksMaximumAge] },
            set: { keys.ring.published(settings.snapshot[.tokenAlgorithm]) },
            onFetch: { [verifiers] in verifiers.fetched($0, in: $1) })
    }

    /// The feed of revocations, and the notes of who polls it.
    var revocationController: RevocationController {
        let (keys, settings) = (ring.keys, installation.settings)
        return RevocationController(feed: revocations) { [verifiers] client, instance, tag, context in
            let set = PublicKeySet(keys.ring.published(settings.snapshot[.tokenAlgorithm]))
            verifiers.polled(
                by: client.name, instance: instance, having: tag.map(set.hasTag) == true ? set.ids : [], in: context)
        }
    }
}
