// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryRedis
import OstiarySQL

extension AdoptionReport {
    /// Adds the work in Django and the command, from what was found.
    mutating func advise(_ choices: AdoptionChoices, _ configuration: ServerConfiguration) {
        before = work
        guard userTable != nil else { return }
        if refreshTable != nil, choices.tokens != "taken" {
            findings.append(
                AdoptionFinding(
                    .warning, .clearTokens,
                    "With --legacy-tokens shared the refresh tokens of the server are in clear in Django's table, as its own.",
                    advice:
                        "Whoever reads the database has them. When Django is not needed any more: ostiary adopt --finish"
                ))
        }
        command = serverArguments(choices, configuration)
    }

    private var work: [String] {
        var work: [String] = []
        if engine == .sqlite {
            work.append(
                """
                Set "OPTIONS": {"transaction_mode": "IMMEDIATE"} in DATABASES (Django 5.1): without it a save in the admin \
                site that reads before it writes fails at once with "database is locked" while the server writes.
                """)
            work.append("Set USE_TZ = True: times without a zone would be read as UTC.")
        }
        if refreshTable != nil {
            work.append(
                """
                Let the refresh view take a token only once, or a request there and one here can both spend it:
                    if token_obj.is_valid():
                        if not RefreshToken.objects.filter(pk=token_obj.pk).delete()[0]:
                            raise RefreshToken.DoesNotExist  # and no token_obj.delete() at the end
                """)
            work.append(
                """
                Old clients send no Idempotency-Key, and two tabs that refresh at once would end their session: set \
                REFRESH_TOKEN_REUSE_INTERVAL=10 (ostiary settings set). For those seconds a stolen token that was spent \
                just now is not noticed.
                """)
        }
        return work
    }

    private func serverArguments(_ choices: AdoptionChoices, _ configuration: ServerConfiguration) -> [String] {
        var arguments = ["ostiary", "serve"]
        switch configuration.database {
        case .sqlite(let path): arguments += ["--database-url", "sqlite:\(path)"]
        // Without its password, which is better given by OSTIARY_DATABASE_URL.
        case .postgres(let url): arguments += ["--database-url", "\(url)"]
        }
        if let userTable { arguments += ["--user-table", userTable] }
        arguments += ["--password-hasher", choices.hasher ?? hasher ?? "pbkdf2_sha256:ROUNDS"]
        if let refreshTable {
            arguments += ["--legacy-refresh-table", refreshTable]
            arguments += ["--legacy-tokens", choices.tokens == "taken" ? "taken" : "shared"]
        } else {
            arguments += ["--legacy-tokens", "on"]
        }
        if let changes = choices.changes { arguments += ["--user-changes", changes] }
        for text in choices.defaults { arguments += ["--user-default", text] }
        for column in undefinedColumns { arguments += ["--user-default", "\(column)=VALUE"] }
        switch configuration.settingsStore {
        case .database: break
        case .constanceTable: arguments += ["--settings-store", "constance-table"]
        case .redis(let endpoint, let prefix):
            arguments += ["--redis-url", "\(endpoint.anonymous)"]
            if prefix != "constance:" { arguments += ["--redis-prefix", prefix] }
        }
        return arguments
    }
}
