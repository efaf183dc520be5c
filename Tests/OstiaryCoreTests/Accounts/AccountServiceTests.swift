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
        try await services.accounts.changePassword(of: 1, to: "securepassword", in: services.context())
        #expect(
            try await services.login.login(email: address, password: "securepassword", in: services.context()) != nil
        )
    }

    @Test("a changed password ends every session")
    func changePassword() async throws {
        let services = try Services()
        let pair = try await services.session()
        try await services.accounts.changePassword(of: 1, to: "anotherpassword", in: services.context())
        let token = try pair.token()
        #expect(try await services.refresh.refresh(token, in: services.context()) == nil)
        await #expect(throws: AccessTokenError.sessionEnded) {
            try await services.identity.identity(bearer: pair.accessToken, in: services.context())
        }
    }

    @Test("an account is found by its id, and by its address in any case of its letters")
    func references() async throws {
        let services = try Services()
        let user = try await services.accounts.createUser(
            email: "first@example.com", password: nil, in: services.context())
        for text in ["first@example.com", "FIRST@Example.com", "\(user.id)", "000\(user.id)"] {
            let reference = try #require(AccountReference(text))
            #expect(try await services.accounts.user(reference, in: services.context()) == user, "\(text)")
        }
        // An address that begins with digits, or is made of them, is one.
        #expect(AccountReference("1@example.com") == EmailAddress("1@example.com").map(AccountReference.email))
        for text in ["", " ", "first", "-1", "+1", "1 ", "0x1", "\u{661}", "9223372036854775808", "1.0", "a@", "@b"] {
            #expect(AccountReference(text) == nil, "\(text)")
        }
    }

    @Test("accounts that do not exist are told")
    func unknown() async throws {
        let services = try Services()
        for text in ["no@example.com", "1"] {
            let reference = try #require(AccountReference(text))
            await #expect(throws: AccountError.unknownUser) {
                try await services.accounts.user(reference, in: services.context())
            }
        }
        await #expect(throws: AccountError.unknownUser) {
            try await services.accounts.delete(id: 1, in: services.context())
        }
        await #expect(throws: AccountError.unknownUser) {
            try await services.accounts.setActive(true, id: 1, in: services.context())
        }
        await #expect(throws: AccountError.unknownUser) {
            try await services.accounts.changePassword(of: 1, to: "securepassword", in: services.context())
        }
    }
}
