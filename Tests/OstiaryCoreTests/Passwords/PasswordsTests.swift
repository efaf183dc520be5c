// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import OstiaryCore

@Suite struct PasswordsTests {
    let cheap = PasswordHasher(parameters: Argon2Parameters(memoryKiB: 8, passes: 1))

    @Test func hashesAndVerifies() async throws {
        let passwords = Passwords(hasher: cheap, threads: 1)
        defer { passwords.close() }
        let encoded = try await passwords.hash("Päss\0word")
        #expect(try await passwords.verify("Päss\0word", against: encoded) == .init(valid: true, needsRehash: false))
        #expect(try await passwords.verify("Päss\0ward", against: encoded) == .init(valid: false, needsRehash: false))
        #expect(try await passwords.verify("Päss\0word", against: nil) == .init(valid: false, needsRehash: false))
    }

    @Test func refusesWhatIsTooMuch() async throws {
        let passwords = Passwords(
            hasher: PasswordHasher(parameters: Argon2Parameters(memoryKiB: 8192, passes: 2)), threads: 1,
            maximumWait: { .zero }
        )
        defer { passwords.close() }
        let outcomes = await withTaskGroup(of: Bool?.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    do { return try await passwords.verify("p", against: nil).valid } catch is Overloaded {
                        return nil
                    } catch { return true }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.contains(nil))
        #expect(outcomes.contains(false))
        #expect(!outcomes.contains(true))
        #expect(try await passwords.verify("p", against: nil).valid == false)
    }

    @Test func failureOfTheHasherIsNotAWrongPassword() async {
        let impossible = PasswordHasher(parameters: Argon2Parameters(memoryKiB: 1, passes: 1))
        let passwords = Passwords(hasher: impossible, threads: 1)
        defer { passwords.close() }
        await #expect(throws: PasswordHashingFailed()) { try await passwords.hash("p") }
        await #expect(throws: PasswordHashingFailed()) { try await passwords.verify("p", against: nil) }
        await #expect(throws: PasswordHashingFailed()) { try await passwords.verify("p", against: "!") }
    }

    @Test func anUnusablePasswordIsNeverRight() throws {
        let texts = (0..<100).map { _ in Passwords.unusable() }
        #expect(Set(texts).count == 100)
        for text in texts {
            #expect(text.utf8.count == 41 && text.hasPrefix("!"))
            #expect(text.dropFirst().utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "z") ~= $0 })
            #expect(text.dropFirst().allSatisfy { $0.isLetter || $0.isNumber })
            #expect(EncodedPassword(text) == nil)
        }
        #expect(Passwords.unusable { [UInt8](repeating: 255, count: $0) } == "!" + String(repeating: "H", count: 40))
    }
}
