// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import OstiaryCore

@Suite struct PasswordPolicyTests {
    func codes(_ password: String, email: String = "", minimum: Int = 8) -> [String] {
        let attributes = [("email address", email)].map { (name: $0, value: $1) }
        return PasswordPolicy.violations(of: password, attributes: attributes, minimumLength: minimum).map(\.code)
    }

    @Test("the verdict is Django's", arguments: tabSeparated(DjangoVerdicts.lines))
    func django(record: [String]) throws {
        let minimum = try #require(Int(record[1]))
        let expected = record[0].split(separator: ",").map { verdict in
            switch verdict {
            case "short" where minimum == 1:
                "password_too_short: This password is too short. It must contain at least 1 character."
            case "short":
                "password_too_short: This password is too short. It must contain at least \(minimum) characters."
            case "common": "password_too_common: This password is too common."
            case "numeric": "password_entirely_numeric: This password is entirely numeric."
            default: "password_too_similar: The password is too similar to the \(verdict.dropFirst(8))."
            }
        }
        let violations = PasswordPolicy.violations(
            of: record[2], attributes: [("username", record[3]), ("email address", record[4])], minimumLength: minimum
        )
        #expect(violations.map { "\($0.code): \($0.message)" } == expected)
    }

    @Test(
        arguments: [
            ("ostiary-server", true), ("Ostiary2026!", true), ("myostiary", true), ("ostiary and its horses", false),
            ("identity-7", true), ("example", true), ("Example1234567", true), ("example and its horses", false),
            ("id.company.example", true), ("com", false), ("correct horse", false),
        ])
    func namesOfTheService(password: String, isRefused: Bool) {
        let words =
            PasswordPolicy.contextWords(publicURL: "https://identity.example.com:8443")
            + PasswordPolicy.contextWords(publicURL: "https://id.company.example")
        let codes = PasswordPolicy.violations(of: password, attributes: [], contextWords: words, minimumLength: 1).map(
            \.code)
        #expect(codes.contains("password_too_similar") == isRefused)
    }

    @Test func lengthIsCountedInCodePoints() {
        let family = "👨‍👩‍👧‍👦"
        #expect(family.count == 1)
        #expect(codes(family, minimum: 7).isEmpty)
        #expect(codes(family, minimum: 8) == ["password_too_short"])
        #expect(codes("e\u{301}", minimum: 2).isEmpty)
        #expect(codes("\u{1f600}\u{1f600}", minimum: 3) == ["password_too_short"])
    }

    @Test(
        "no composition rules",
        arguments: [
            "securepassword", "lowercaseonly", "      x and y", "                ", "密碼密碼密碼密碼密", "👍👎👍👎👍👎👍👎",
        ])
    func accepted(password: String) {
        #expect(codes(password, email: "anna.smith@example.org").isEmpty)
    }

    @Test func lowerCaseKnowsTheFinalSigma() {
        let lowercased = "ΟΔΟΣ Σ ΣΑ ΑΣ.Α ΑΣ\u{301}. İ".lowercasedScalars
        #expect(lowercased == Array("οδος σ σα ασ.α ας\u{301}. i\u{307}".unicodeScalars))
    }

    @Test func allReasonsAtOnce() {
        #expect(
            codes("123456", email: "123456@example.org") == [
                "password_too_similar", "password_too_short", "password_too_common", "password_entirely_numeric",
            ])
        #expect(codes("") == ["password_too_short"])
    }

    @Test func theCommonWordsAreSortedAndFound() {
        let text = CommonPasswords.list.withUTF8Buffer { Array($0) }
        let words = text.split(omittingEmptySubsequences: false) { $0 == UInt8(ascii: "|") || $0 == UInt8(ascii: "\n") }
        #expect(words.count == 19729)
        #expect(zip(words, words.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) })
        #expect(words.allSatisfy { CommonPasswords.contains(Array($0)) })
        // Neither a part of a word nor two of them with what stands between.
        #expect(words.allSatisfy { !CommonPasswords.contains($0 + [UInt8(ascii: "|")]) })
        for absent in ["", "|", "\n", "qwert|", "securepassword", "zzzzzzzzzzzzzzzzzzzzzz", "\u{10ffff}", "of"] {
            #expect(!CommonPasswords.contains(Array(absent.utf8)), "\(absent)")
        }
        for present in ["password", "qwertyuiop[]", "friend of emily", "пароль", "я", "!", "zzzzzz"] {
            #expect(CommonPasswords.contains(Array(present.utf8)), "\(present)")
        }
    }

    @Test(
        "a common password is found in any case and with white space around",
        arguments: [
            "PassWord1", "  password1", "password1\u{3000}\u{1f}", "\u{212a}illers1", "ПАРОЛЬ",
        ])
    func common(password: String) {
        #expect(codes(password).contains("password_too_common"))
    }

    @Test func longTextsAreJudgedQuickly() {
        let long = String(repeating: "Σ\u{301}a.", count: 5_000)
        #expect(ContinuousClock().measure { _ = codes(long, email: long) } < .seconds(5))
    }
}
