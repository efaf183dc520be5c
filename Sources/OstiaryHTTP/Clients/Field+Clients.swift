// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension Field {
    /// The fields by which a client authenticates in the body.
    static let clientCredentials = [clientID, clientSecret]

    static let clientID = Field(
        "client_id", .text, isRequired: false, example: "client-0f3a5c7e9b1d2846",
        help: "The id of the client, if it does not authenticate by `Authorization: Basic`.")
    static let clientSecret = Field(
        "client_secret", .password, isRequired: false, example: "ocs_3q2-7wEjRWeJq83vASNFZ4mrze8BI0VniavN7wEjRWc",
        help: "The secret of the client, if it does not authenticate by `Authorization: Basic`.")
    // A page never repeats a password, and neither a token.
    static let introspectedToken = Field(
        "token", .password, example: "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
        help: "An access token or a refresh token.")
    static let tokenTypeHint = Field(
        "token_type_hint", .text, isRequired: false, example: "access_token",
        help: "Ignored: the form of a token tells its type (RFC 7009 §2.1).")
}

extension APIOperation {
    /// The fields in the description of the API and in examples, where a client authenticates by the header: no schema can
    /// say that it does so in one way.
    package var describedFields: [Field] {
        security.right == nil
            ? about.fields
            : about.fields.filter { field in !Field.clientCredentials.contains { $0.name == field.name } }
    }
}

extension Call {
    /// The field `token`.
    /// - Throws: ``Refusal`` in the form of RFC 6749 §5.2.
    func token() throws -> String {
        guard case .fields(let fields) = payload else { throw Refusal.invalidRequest("The body is no object.") }
        guard case .string(let token)? = fields[Field.introspectedToken.name], !token.text.utf8.isEmpty else {
            throw Refusal.invalidRequest("token is missing.")
        }
        return token.text
    }
}
