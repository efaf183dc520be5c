// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import OstiaryCore

@Suite("Networks")
struct NetworkTests {
    @Test(
        "are an IPv4 address or the /64 of an IPv6 address",
        arguments: [
            ("192.0.2.1", "192.0.2.1/32"), ("255.255.255.255", "255.255.255.255/32"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("2001:db8:1:2::", "2001:db8:1:2::/64"),
            ("::1", "::/64"), ("fe80::1", "fe80::/64"),
            ("2001:db8:1111:2222:3333:4444:5555:6666", "2001:db8:1111:2222::/64"),
            ("::ffff:192.0.2.1", "192.0.2.1/32"), ("::ffff:c000:201", "192.0.2.1/32"),
            ("64:ff9b::192.0.2.1", "192.0.2.1/32"), ("64:ff9b:1::192.0.2.1", "64:ff9b:1::/64"),
        ])
    func network(address: String, network: String) throws {
        let found = Network(try #require(IPAddress(address)))
        #expect(found.description == network)
        #expect(found.description.utf8.count <= Network.maximumLength)
    }

    @Test(
        "are meant by an address, with the length of their prefix or without",
        arguments: [
            ("192.0.2.1", "192.0.2.1/32"), ("192.0.2.1/32", "192.0.2.1/32"), ("2001:db8::7", "2001:db8::/64"),
            ("2001:DB8:0::/64", "2001:db8::/64"), ("2001:db8::7/64", "2001:db8::/64"),
            ("::ffff:192.0.2.1", "192.0.2.1/32"),
        ])
    func text(text: String, network: String) {
        #expect(Network(text: text)?.description == network)
    }

    @Test(
        "are meant by no other text",
        arguments: [
            "", "/", "/32", "192.0.2.1/", "192.0.2.1/24", "192.0.2.1/64", "192.0.2.1/32/32", "192.0.2/32",
            "2001:db8::/32",
            "2001:db8::/48", "2001:db8::/128", "::ffff:192.0.2.1/32", "::ffff:192.0.2.1/64", "192.0.2.1/032",
            "192.0.2.1/ 32", "localhost", "192.0.2.1\0", "[::1]", "fe80::1%eth0", "１.2.3.4",
        ])
    func otherText(text: String) {
        #expect(Network(text: text) == nil)
    }
}
