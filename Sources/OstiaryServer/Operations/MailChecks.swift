// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryHTTP
import OstiaryMail

extension ServerConfiguration {
    /// Faults by which messages are missing, or by which others read their links.
    var mailFaults: [Finding] {
        guard let mail, let publicURL else {
            return [
                Finding(
                    .warning, "no_mail",
                    "The server sends no mail: nobody can set a forgotten password or prove an address.",
                    advice: "Give --mail-url and --mail-from, then try: ostiary mail test ADDRESS")
            ]
        }
        var findings: [Finding] = []
        if !publicURL.isSecure {
            findings.append(
                Finding(
                    .warning, "plain_links",
                    "Links in messages begin with http: whoever is on their way through the network can use them.",
                    advice: "Give the https address of the server: --public-url https://…"))
        }
        let host = Self.host(ofOrigin: publicURL.origin)
        if !Self.isOneSite(mail.sender.domain, host) {
            findings.append(
                Finding(
                    .warning, "foreign_sender",
                    """
                    Messages come from \(mail.sender.domain), and their links lead to \(host): mail servers and \
                    readers may take them for forged.
                    """,
                    advice: "Give --mail-from an address of the domain of --public-url, or of one above or below it."))
        }
        return findings
    }

    /// True for equal domains, and if one lies below the other.
    private static func isOneSite(_ first: String, _ second: String) -> Bool {
        let names = [first, second].map { Array(".\($0.lowercased())".utf8) }.sorted { $0.count < $1.count }
        return names[1].suffix(names[0].count) == names[0][...]
    }
}
