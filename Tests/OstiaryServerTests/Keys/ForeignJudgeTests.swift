// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

@testable import OstiaryCore

extension EndToEnd {
    /// Tokens of public keys, changed at random, are judged as joserfc judges them, or by a stricter rule that has a name.
    /// `ChangedTokenTests` compares more of them with jwt-kit.
    @Suite struct ForeignJudge {
        @Test("half of them signed anew", arguments: [KeyAlgorithm.es256, .rs256, .eddsa])
        func judged(_ algorithm: KeyAlgorithm) throws {
            let seed = SeededGenerator.printedSeed("changed tokens of \(algorithm.rawValue)")
            var mutator = try TokenMutator(PrivateKey(generating: algorithm), seed: seed)
            let key = mutator.key.publicKey
            let ring = try #require(KeyRing(shared: nil, signers: [mutator.key], published: [key]))
            let codec = AccessTokenCodec(keys: ring)
            let texts = (0..<TestScale.count(1_000)).map { number in
                number % 2 == 0 ? mutator.signedAnew() : mutator.changedLater()
            }
            let answers = try joserfc(texts, key)
            var (good, reasons) = (0, [StricterRule: Int]())
            for (text, answer) in zip(texts, answers) {
                let isGood = (try? codec.verify(text, now: TokenMutator.now)) != nil
                if isGood { good += 1 }
                guard isGood != (answer == "good") else { continue }
                // It wants `crit` beside `b64` (RFC 7797 §6). Here both spellings of the text are read as one, so nobody is told by it.
                if answer.contains("Missing critical 'b64'") { continue }
                let rules = isGood ? [] : StricterRule.broken(by: text, key, now: TokenMutator.now)
                for rule in rules { reasons[rule, default: 0] += 1 }
                guard rules.isEmpty else { continue }
                let parts = (0...1).map { TokenText(text).bytes($0).map { String(decoding: $0, as: UTF8.self) } ?? "?" }
                Issue.record("no rule explains the difference, \(answer): \(text): \(parts)")
            }
            figure("tokens of \(algorithm.rawValue) compared with joserfc", texts.count)
            figure("of these, accepted by both", good)
            for (rule, count) in reasons { figure("refused here only: \(rule.rawValue)", count) }
            #expect(good > texts.count / 5 && good < texts.count * 4 / 5)
        }

        private func joserfc(_ texts: [String], _ key: PublicKey) throws -> [Substring] {
            let folder = #filePath.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
            let arguments = [
                "-B", "\(folder)/Drivers/judge.py", #"{"keys":[\#(key.jwk.text)]}"#, key.algorithm,
                "\(TokenMutator.now.seconds)", AccessTokenCodec.defaultIssuer, AccessTokenCodec.defaultIssuer,
            ]
            let result = try CommandResult(
                VerifierPython.path(), arguments, environment: Executable.inheritedEnvironment,
                input: texts.map { jsonText($0) + "\n" }.joined(), within: 300)
            let answers = result.stdout.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            guard result.exit == .code(0), answers.count == texts.count else {
                throw Failure("\(answers.count) answers: \(result.stderr.suffix(2_000))")
            }
            return Array(answers)
        }
    }
}
