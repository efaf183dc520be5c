// SPDX-License-Identifier: Apache-2.0

import OstiarySQL
import Testing

@testable import OstiaryPostgres

@Suite("Advice for errors of PostgreSQL")
struct PostgresAdviceTests {
    @Test(
        "the SQLSTATE is found in the text of libpq",
        arguments: [
            (
                "connection to server at \"127.0.0.1\", port 5432 failed: FATAL:  28P01: no\nLOCATION:  auth.c:329\n",
                "28P01", "connection to server at \"127.0.0.1\", port 5432 failed: FATAL:  no"
            ),
            (
                "FATAL:  42501: permission denied\nDETAIL:  User does not have CONNECT privilege.\n",
                "42501", "FATAL:  permission denied DETAIL:  User does not have CONNECT privilege."
            ),
            ("FATALE:  57P03: il sistema\n", "57P03", "FATALE:  il sistema"),
            ("a: refused\nb: FATAL:  3D000: none\n", "3D000", "a: refused b: FATAL:  none"),
            ("connection refused\n", nil, "connection refused"), ("", nil, ""), (":  28P01", nil, ":  28P01"),
            ("FATAL:  short: 28p01: x", nil, "FATAL:  short: 28p01: x"),
        ])
    func message(verbose: String, state: String?, text: String) {
        let message = PostgresMessage(verbose)
        #expect(message.sqlState == state && message.text == text, "\(message)")
    }

    @Test(
        "every class of errors has an advice, also one that nobody knows",
        arguments: [
            "08006", "0A000", "22001", "23514", "25006", "28000", "28P01", "3D000", "3F000", "40001", "42501", "42P01",
            "42703", "53100", "53200", "53300", "53400", "54000", "55000", "55P03", "57014", "57P01", "57P02", "57P03",
            "57P04", "58030", "XX000", "XX001", "ZZ999", "",
        ])
    func advice(state: String) {
        let error = SQLError(sqlState: state, constraint: nil, table: nil, column: nil, message: "hush")
        let advice = PostgresAdvice.text(sqlState: state)
        #expect(error.report.hasPrefix(advice) && error.report.contains("SQLSTATE \(state)") && advice.count > 20)
        #expect(error.description == error.report)
    }
}
