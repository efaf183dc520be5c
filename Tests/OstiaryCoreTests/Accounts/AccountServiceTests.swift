// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import OstiaryCore

@Suite("The user manager")
struct AccountServiceTests {
    @Test("create_user normalises the address and gives no rights")
    func createUser() async throws {
        let services = try Services()
        let user = try await services.accounts.createUser(
            email: "First@EXAMPLE.com", password: "securepassword", in: services.context())
        #expect(user.email == "First@example.com")
        #expect(user.isActive && !user.isStaff && !user.isSuperuser)
    }

    @Test("create_user without an address: The Email field must be set")
    func emailRequired() async throws {
        let services = try Services()
        let error = await #expect(throws: AccountError.self) {
            try await services.accounts.createUser(email: "", password: "x", in: services.context())
        }
        #expect(error?.description == "The Email field must be set")
    }

    @Test("create_superuser gives both rights and refuses to be asked for fewer")
    func createSuperuser() async throws {
        let services = try Services()
        let user = try await services.accounts.createSuperuser(
            email: "root@example.com", password: "securepassword", in: services.context())
        #expect(user.isStaff && user.isSuperuser)
        var attributes = AccountService.Attributes()
        attributes.isStaff = false
        let notStaff = await #expect(throws: AccountError.self) {
            try await services.accounts.createSuperuser(
                email: "a@example.com", password: "x", attributes: attributes, in: services.context())
        }
        #expect(notStaff?.description == "Superuser must have is_staff=True")
        attributes = AccountService.Attributes()
        attributes.isSuperuser = false
        let notSuperuser = await #expect(throws: AccountError.self) {
            try await services.accounts.createSuperuser(
                email: "a@example.com", password: "x", attributes: attributes, in: services.context())
        }
        #expect(notSuperuser?.description == "Superuser must have is_superuser=True")
    }

    @Test("an account without a password cannot log in until it has one")
    func unusablePassword() async throws {
        let services = try Services()
        let address = try #require(EmailAddress("first@example.com"))
        _ = try await services.accounts.createUser(email: address.text, password: nil, in: services.context())
        #expect(try await services.login.login(email: address, password: "", in: services.context()) == nil)
        try await services.accounts.changePassword(
            email: "FIRST@example.com", to: "securepassword", in: services.context())
        #expect(
            try await services.login.login(email: address, password: "securepassword", in: services.context()) != nil
        )
    }

    @Test("a changed password ends every session")
    func changePassword() async throws {
        let services = try Services()
        let pair = try await services.session()
        try await services.accounts.changePassword(
            email: "first@example.com", to: "anotherpassword", in: services.context())
        let token = try pair.token()
        #expect(try await services.refresh.refresh(token, in: services.context()) == nil)
        await #expect(throws: AccessTokenError.sessionEnded) {
            try await services.identity.identity(bearer: pair.accessToken, in: services.context())
        }
    }

    @Test("unknown addresses are told")
    func unknown() async throws {
        let services = try Services()
        await #expect(throws: AccountError.unknownUser) {
            try await services.accounts.user(email: "no@example.com", in: services.context())
        }
        await #expect(throws: AccountError.unknownUser) {
            try await services.accounts.delete(email: "garbage", in: services.context())
        }
        await #expect(throws: AccountError.unknownUser) {
            try await services.accounts.setActive(true, email: "no@example.com", in: services.context())
        }
    }
}
