// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport

/// The unit of the package on a machine with the files of this one.
enum UnitMachine {
    /// The text of the unit.
    static var unit: String { text(ofFile: "\(Page.root)/Packaging/systemd/ostiary.service") }

    /// Its watchdog is impatient, and the key comes as a credential, written with a line end as editors do.
    private static let prepare = #"""
        install -m 0755 "$2/program" "$1/usr/bin/ostiary"
        mkdir -p "$1/etc/ostiary"
        printf '{"port": %s, "log-format": "json", "data-dir": "/var/lib/ostiary"}' PORT >"$1/etc/ostiary/ostiary.json"
        cp "$2/unit" "$1/etc/systemd/system/ostiary.service"
        echo 'a-secret-key-for-the-machine-of-the-test-0123456789' >"$1/etc/ostiary/secret-key"
        chmod 0600 "$1/etc/ostiary/secret-key"
        mkdir "$1/etc/systemd/system/ostiary.service.d"
        cat >"$1/etc/systemd/system/ostiary.service.d/test.conf" <<'end'
        [Service]
        RestartSec=100ms
        WatchdogSec=2
        LoadCredential=secret-key:/etc/ostiary/secret-key
        Environment=OSTIARY_SECRET_KEY_FILE=%d/secret-key
        end
        """#

    static func make(port: UInt16) throws -> SystemdMachine {
        try SystemdMachine(
            prepare: prepare.replacing("PORT", with: "\(port)"),
            files: [
                "program": OstiaryBinary.path(), "unit": "\(Page.root)/Packaging/systemd/ostiary.service",
            ])
    }
}
