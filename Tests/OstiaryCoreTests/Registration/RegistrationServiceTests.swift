// SPDX-License-Identifier: Apache-2.0

import OstiaryTestKit
import Testing

@testable import OstiaryCore

@Suite("Registration")
struct RegistrationServiceTests {
    @Test("the tutorial's password passes; weak ones are told why")
    func passwords() async throws {
        let services = try Services()
        let address = try #require(EmailAddress("first@example.com"))
        let weak = try await services.registration.register(email: address, password: "12345", in: services.context())
        guard case .passwordRefused(let violations) = weak else {
            Issue.record("accepted")
            return
        }
        #expect(
            violations.map(\.code) == ["password_too_short", "password_too_common", "password_entirely_numeric"]
        )
        let similar = try await services.registration.register(
            email: address, password: "first@example.com", in: services.context())
        guard case .passwordRefused(let similarity) = similar else {
            Issue.record("accepted")
            return
        }
        #expect(similarity.map(\.message) == ["The password is too similar to the email."])
        let good = try await services.registration.register(
            email: address, password: "securepassword", in: services.context())
        #expect(good == .registered(User(id: 1, email: "first@example.com")))
    }

    @Test("a taken address is told before the password is judged")
    func order() async throws {
        let services = try Services()
        _ = try await services.session()
        let address = try #require(EmailAddress("FIRST@example.com"))
        #expect(
            try await services.registration.register(email: address, password: "x", in: services.context())
                == .emailTaken)
    }

    @Test("the minimum length is a setting, counted in code points")
    func minimumLength() async throws {
        let services = try Services()
        _ = try await services.settings.set("PASSWORD_MIN_LENGTH", to: "15", in: .test())
        let address = try #require(EmailAddress("first@example.com"))
        let short = try await services.registration.register(
            email: address, password: "securepassword", in: services.context())
        #expect(short != .registered(User(id: 1, email: address.text)))
        let family = "👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦"
        let long = try await services.registration.register(email: address, password: family, in: services.context())
        #expect(long == .registered(User(id: 1, email: address.text)))
    }
}
