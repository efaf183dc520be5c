// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension BuiltInMail {
    private static let validity = "Der Link gilt {{lifetime}}."
    private static let circumstances =
        "am {{time}}{{#browser}} mit {{browser}}{{/browser}}{{#address}} von der IP-Adresse {{address}}{{/address}}."
    private static let request = "Die Anfrage kam \(circumstances)"
    private static let event = "Das geschah \(circumstances)"

    static func german(_ kind: MailKind) -> BuiltInMail {
        switch kind {
        case .verify:
            BuiltInMail(
                "Bestätigen Sie Ihre E-Mail-Adresse für {{site}}",
                [
                    "ein Konto bei {{site}} verwendet die Adresse {{recipient}}. Bitte bestätigen Sie, dass diese "
                        + "Adresse Ihnen gehört:"
                ],
                button: "Adresse bestätigen",
                closing: [
                    "\(validity) \(request)",
                    "Wenn Sie dort kein Konto haben, müssen Sie nichts tun: Die Adresse bleibt unbestätigt.",
                ])
        case .register:
            BuiltInMail(
                "Schließen Sie Ihre Registrierung bei {{site}} ab",
                [
                    "jemand, wahrscheinlich Sie, hat sich bei {{site}} mit der Adresse {{recipient}} registriert.",
                    "Öffnen Sie diesen Link und geben Sie das Passwort ein, das Sie gewählt haben, um die "
                        + "Registrierung abzuschließen:",
                ],
                button: "Registrierung abschließen",
                closing: [
                    "\(validity) \(request)",
                    "Wenn Sie es nicht waren, müssen Sie nichts tun: Ohne Ihre Bestätigung entsteht kein Konto.",
                ])
        case .alreadyRegistered:
            BuiltInMail(
                "Sie haben bereits ein Konto bei {{site}}",
                [
                    "jemand, wahrscheinlich Sie, wollte sich bei {{site}} mit der Adresse {{recipient}} registrieren. "
                        + "Es gibt bereits ein Konto mit dieser Adresse.",
                    "Melden Sie sich mit dieser Adresse und Ihrem Passwort an. Wenn Sie das Passwort vergessen haben, "
                        + "setzen Sie es auf der Anmeldeseite von {{site}} zurück.",
                ],
                closing: [
                    request, "Wenn Sie es nicht waren, müssen Sie nichts tun: Ihr Konto ist unverändert.",
                ])
        case .reset:
            BuiltInMail(
                "Neues Passwort für {{site}}",
                [
                    "jemand, wahrscheinlich Sie, möchte das Passwort des Kontos mit der Adresse {{recipient}} bei "
                        + "{{site}} zurücksetzen. Hier können Sie ein neues Passwort wählen:"
                ],
                button: "Neues Passwort wählen",
                closing: [
                    "\(validity) \(request)",
                    "Wenn Sie es nicht waren, müssen Sie nichts tun: Ihr Passwort bleibt, wie es ist.",
                ])
        case .changeConfirm:
            BuiltInMail(
                "Bestätigen Sie Ihre neue E-Mail-Adresse für {{site}}",
                [
                    "jemand, wahrscheinlich Sie, möchte ein Konto bei {{site}} auf die Adresse {{recipient}} "
                        + "umstellen. Bitte bestätigen Sie die Änderung:"
                ],
                button: "Neue Adresse bestätigen",
                closing: [
                    "\(validity) \(request)",
                    "Wenn Sie es nicht waren, müssen Sie nichts tun: Ohne Ihre Bestätigung ändert sich nichts.",
                ])
        case .changeNotice:
            BuiltInMail(
                "Die E-Mail-Adresse Ihres Kontos bei {{site}} wurde geändert",
                [
                    "Ihr Konto bei {{site}} hatte bisher die Adresse {{recipient}}. Es wurde auf eine andere Adresse "
                        + "umgestellt; Nachrichten zum Konto gehen künftig dorthin. \(event)",
                    "Wenn Sie es waren, müssen Sie nichts tun. Wenn nicht, holen Sie sich das Konto zurück:",
                ],
                button: "Änderung rückgängig machen",
                closing: [
                    "\(validity) Damit bekommt das Konto seine alte Adresse zurück und wird überall abgemeldet. Sie "
                        + "bekommen dann einen Link für ein neues Passwort."
                ])
        case .login:
            BuiltInMail(
                "Anmeldung bei {{site}}",
                [
                    "jemand, wahrscheinlich Sie, möchte sich bei {{site}} mit der Adresse {{recipient}} anmelden. "
                        + "Dieser Link meldet Sie dort an, wo Sie ihn öffnen:"
                ],
                button: "Anmelden",
                code: "Oder geben Sie diesen Code auf der Seite ein, auf der Sie sich anmelden wollten:",
                closing: [
                    "Link und Code gelten {{lifetime}}. Geben Sie beide niemandem, auch nicht auf Nachfrage. "
                        + request,
                    "Wenn Sie es nicht waren, müssen Sie nichts tun: Ohne Link oder Code meldet sich niemand an.",
                ])
        case .passwordChanged:
            BuiltInMail(
                "Ihr Passwort für {{site}} wurde geändert",
                [
                    "das Passwort Ihres Kontos bei {{site}} mit der Adresse {{recipient}} wurde geändert. "
                        + event
                ],
                closing: [
                    "Wenn Sie es waren, müssen Sie nichts tun. Wenn nicht, setzen Sie Ihr Passwort sofort auf der "
                        + "Anmeldeseite von {{site}} zurück."
                ])
        case .newLogin:
            BuiltInMail(
                "Neue Anmeldung in Ihrem Konto bei {{site}}",
                [
                    "jemand hat sich in Ihrem Konto bei {{site}} mit der Adresse {{recipient}} aus einem Netz "
                        + "angemeldet, das bisher nicht verwendet wurde. \(event)"
                ],
                closing: [
                    "Wenn Sie es waren, müssen Sie nichts tun. Wenn nicht, ändern Sie sofort Ihr Passwort und melden "
                        + "Sie alle anderen Sitzungen ab."
                ])
        case .sessionsEnded:
            BuiltInMail(
                "Eine Sitzung Ihres Kontos bei {{site}} wurde beendet",
                [
                    "eine Sitzung Ihres Kontos bei {{site}} mit der Adresse {{recipient}} wurde beendet, weil ihr "
                        + "Schlüssel ein zweites Mal verwendet wurde. Vielleicht hat ihn jemand von "
                        + "einem Ihrer Geräte kopiert. \(event)"
                ],
                closing: [
                    "Bitte melden Sie sich auf diesem Gerät neu an. Wenn Sie sich das nicht erklären können, ändern Sie Ihr Passwort "
                        + "und prüfen Sie Ihre Geräte auf Schadsoftware."
                ])
        }
    }
}
