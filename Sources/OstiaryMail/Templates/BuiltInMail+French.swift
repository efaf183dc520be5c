// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension BuiltInMail {
    private static let validity = "Ce lien est valable pendant {{lifetime}}."
    private static let circumstances =
        "le {{time}}{{#browser}} avec {{browser}}{{/browser}}{{#address}} depuis l’adresse IP {{address}}{{/address}}."
    private static let request = "La demande a été faite \(circumstances)"
    private static let event = "Cela s’est passé \(circumstances)"
    // A colon has a no-break space before it.
    private static let colon = "\u{A0}:"

    static func french(_ kind: MailKind) -> BuiltInMail {
        switch kind {
        case .verify:
            BuiltInMail(
                "Confirmez votre adresse e-mail pour {{site}}",
                [
                    "Un compte sur {{site}} utilise l’adresse {{recipient}}. Veuillez confirmer que cette adresse est "
                        + "bien la vôtre\(colon)"
                ],
                button: "Confirmer l’adresse",
                closing: [
                    "\(validity) \(request)",
                    "Si vous n’y avez pas de compte, vous n’avez rien à faire\(colon) l’adresse restera non confirmée.",
                ])
        case .register:
            BuiltInMail(
                "Terminez votre inscription sur {{site}}",
                [
                    "Quelqu’un, sans doute vous, s’est inscrit sur {{site}} avec l’adresse {{recipient}}.",
                    "Ouvrez ce lien et saisissez le mot de passe que vous avez choisi pour terminer l’inscription"
                        + colon,
                ],
                button: "Terminer l’inscription",
                closing: [
                    "\(validity) \(request)",
                    "Si ce n’était pas vous, vous n’avez rien à faire\(colon) sans votre confirmation, aucun compte ne "
                        + "sera créé.",
                ])
        case .alreadyRegistered:
            BuiltInMail(
                "Vous avez déjà un compte sur {{site}}",
                [
                    "Quelqu’un, sans doute vous, a voulu s’inscrire sur {{site}} avec l’adresse {{recipient}}. Il "
                        + "existe déjà un compte avec cette adresse.",
                    "Connectez-vous avec cette adresse et votre mot de passe. Si vous l’avez oublié, réinitialisez-le "
                        + "sur la page de connexion de {{site}}.",
                ],
                closing: [
                    request,
                    "Si ce n’était pas vous, vous n’avez rien à faire\(colon) votre compte n’a pas été modifié.",
                ])
        case .reset:
            BuiltInMail(
                "Nouveau mot de passe pour {{site}}",
                [
                    "Quelqu’un, sans doute vous, a demandé à réinitialiser le mot de passe du compte associé à "
                        + "l’adresse {{recipient}} sur {{site}}. Vous pouvez en choisir un nouveau ici\(colon)"
                ],
                button: "Choisir un mot de passe",
                closing: [
                    "\(validity) \(request)",
                    "Si ce n’était pas vous, vous n’avez rien à faire\(colon) votre mot de passe reste inchangé.",
                ])
        case .changeConfirm:
            BuiltInMail(
                "Confirmez votre nouvelle adresse e-mail pour {{site}}",
                [
                    "Quelqu’un, sans doute vous, a demandé à associer un compte sur {{site}} à l’adresse {{recipient}}. "
                        + "Veuillez confirmer ce changement\(colon)"
                ],
                button: "Confirmer la nouvelle adresse",
                closing: [
                    "\(validity) \(request)",
                    "Si ce n’était pas vous, vous n’avez rien à faire\(colon) sans votre confirmation, rien ne change.",
                ])
        case .changeNotice:
            BuiltInMail(
                "L’adresse e-mail de votre compte sur {{site}} a changé",
                [
                    "Votre compte sur {{site}} avait jusqu’ici l’adresse {{recipient}}. Il est passé à une autre "
                        + "adresse, à laquelle les messages seront désormais envoyés. \(event)",
                    "Si c’était vous, vous n’avez rien à faire. Sinon, récupérez votre compte\(colon)",
                ],
                button: "Annuler le changement",
                closing: [
                    "\(validity) Il rend au compte son ancienne adresse et le déconnecte partout. Vous recevez "
                        + "ensuite un lien pour choisir un nouveau mot de passe."
                ])
        case .login:
            BuiltInMail(
                "Connexion à {{site}}",
                [
                    "Quelqu’un, sans doute vous, veut se connecter à {{site}} avec l’adresse {{recipient}}. Ce lien "
                        + "vous connecte là où vous l’ouvrez\(colon)"
                ],
                button: "Se connecter",
                code: "Ou saisissez ce code sur la page où vous avez demandé à vous connecter\(colon)",
                closing: [
                    "Le lien et le code sont valables pendant {{lifetime}}. Ne les donnez à personne, même si on vous "
                        + "les demande. \(request)",
                    "Si ce n’était pas vous, vous n’avez rien à faire\(colon) sans le lien ou le code, personne ne "
                        + "peut se connecter.",
                ])
        case .passwordChanged:
            BuiltInMail(
                "Votre mot de passe pour {{site}} a changé",
                [
                    "Le mot de passe de votre compte sur {{site}} avec l’adresse {{recipient}} a été modifié. "
                        + event
                ],
                closing: [
                    "Si c’était vous, vous n’avez rien à faire. Sinon, réinitialisez immédiatement votre mot de passe "
                        + "sur la page de connexion de {{site}}."
                ])
        case .newLogin:
            BuiltInMail(
                "Nouvelle connexion à votre compte sur {{site}}",
                [
                    "Quelqu’un s’est connecté à votre compte sur {{site}} avec l’adresse {{recipient}} depuis un réseau "
                        + "qui n’avait pas encore été utilisé. \(event)"
                ],
                closing: [
                    "Si c’était vous, vous n’avez rien à faire. Sinon, changez immédiatement votre mot de passe et "
                        + "déconnectez toutes les autres sessions."
                ])
        case .sessionsEnded:
            BuiltInMail(
                "Une session de votre compte sur {{site}} a été fermée",
                [
                    "Une session de votre compte sur {{site}} avec l’adresse {{recipient}} a été fermée, car sa clé "
                        + "a été utilisée une seconde fois. Quelqu’un l’a peut-être copiée depuis "
                        + "l’un de vos appareils. \(event)"
                ],
                closing: [
                    "Veuillez vous reconnecter sur cet appareil. Si vous ne savez pas comment cela a pu arriver, changez votre mot de "
                        + "passe et vérifiez que vos appareils ne contiennent aucun logiciel malveillant."
                ])
        }
    }
}
