// SPDX-License-Identifier: Apache-2.0

import Crypto
import FoundationEssentials
import Glibc
import OstiaryVerifier

/// `OstiaryVerifierCost`: processor time, which other programs disturb less than the clock, of a look into a list of 100,000 ended
/// sessions, of a whole verification, and of a snapshot of 1,800,000: 30 hours of 1,000 logouts a minute, in pages of 10,000.
@main
struct VerifierCost {
    private static let issuer = "https://id.example.com"

    static func main() async throws {
        try look()
        try await verification()
        try snapshot()
    }

    /// Ids of sessions as the server makes them.
    private static func id(_ number: Int) -> String {
        let digits = String(UInt64(number) &* 0x9E37_79B9_7F4A_7C15, radix: 16)
        return "1f0e8a9c4b7d4e2f" + String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func page(_ numbers: Range<Int>) -> [UInt8] {
        let sessions = numbers.map { "\"\(id($0))\":4102444800" }.joined(separator: ",")
        return Array(
            #"""
            {"iss":"\#(issuer)","iat":1790000000,"cursor":"c\#(numbers.upperBound)","complete":false,"more":true,
            "sessions":{\#(sessions)},"users":{},"keys":{}}
            """#.utf8)
    }

    /// - Returns: seconds that reading and merging the pages took.
    @discardableResult
    private static func fill(_ list: RevocationList, _ count: Int) throws -> Double {
        var seconds = 0.0
        for start in stride(from: 0, to: count, by: 10_000) {
            let text = page(start..<start + 10_000)
            let before = processorTime()
            guard let page = RevocationPage(text, issuer: issuer), list.merge(page) else { throw Failed() }
            seconds += processorTime() - before
        }
        return seconds
    }

    private static func processorTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private struct Failed: Error {}

    /// Seconds for one of many.
    private static func time(_ count: Int, _ body: (Int) -> Bool) throws -> Double {
        let start = processorTime()
        var found = 0
        for number in 0..<count where body(number) { found += 1 }
        guard found == 0 || found == count else { throw Failed() }
        return (processorTime() - start) / Double(count)
    }

    private static func look() throws {
        let list = RevocationList(maximum: 2_000_000, margin: 90)
        try fill(list, 100_000)
        let ids = (0..<200_000).map(id)
        func isEnded(_ id: String) -> Bool { list.refusal(key: "key", session: id, user: "7", issuedAt: 0) != nil }
        let ended = try time(1_000_000) { isEnded(ids[$0 % 100_000]) }
        let living = try time(1_000_000) { isEnded(ids[100_000 + $0 % 100_000]) }
        print(
            "100,000 ended sessions: \(nanoseconds(ended)) ns for an ended one, \(nanoseconds(living)) ns for another")
    }

    private static func verification() async throws {
        let key = P256.Signing.PrivateKey()
        let point = Array(key.publicKey.rawRepresentation)
        let set = """
            {"keys":[{"kty":"EC","crv":"P-256","kid":"k","x":"\(base64URL(point[..<32]))","y":"\(base64URL(point[32...]))"}]}
            """
        let verifier = try TokenVerifier(
            issuer: issuer, audience: ["notes"], transport: Transport(body: Array(set.utf8)))
        let claims = """
            {"iss":"\(issuer)","aud":"notes","sub":"7","sid":"\(id(1))","exp":4102444800,"iat":1790000000,"jti":"j",\
            "client_id":"ostiary","user_id":7,"auth_time":1790000000,"amr":["pwd"],"acr":"aal1"}
            """
        let input = base64URL(#"{"alg":"ES256","typ":"at+jwt","kid":"k"}"#.utf8) + "." + base64URL(claims.utf8)
        let token = input + "." + base64URL(try key.signature(for: Array(input.utf8)).rawRepresentation)
        _ = try await verifier.verify(token)
        let all = try time(20_000) { _ in (try? verifier.verifyImmediately(token)) != nil }
        let signature = try key.signature(for: Array(input.utf8))
        let bytes = Array(input.utf8)
        let alone = try time(20_000) { _ in key.publicKey.isValidSignature(signature, for: bytes) }
        print("ES256: \(nanoseconds(all)) ns for a token, \(nanoseconds(alone)) ns of them for the signature")
    }

    private static func snapshot() throws {
        let before = residentMiB()
        let list = RevocationList(maximum: 2_000_000, margin: 90)
        let seconds = try fill(list, 1_800_000)
        let memory = withExtendedLifetime(list) { residentMiB() - before }
        print("1,800,000 ended sessions: \((seconds * 100).rounded() / 100) s for 180 pages, \(memory) MiB")
    }

    private static func nanoseconds(_ seconds: Double) -> Int { Int((seconds * 1e9).rounded()) }

    private static func residentMiB() -> Int {
        var text = [UInt8](repeating: 0, count: 256)
        let file = open("/proc/self/statm", O_RDONLY)
        let count = read(file, &text, text.count)
        close(file)
        let pages = text.prefix(max(0, count)).split(separator: 0x20)
        let resident = pages.dropFirst().first.flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0
        return (resident * Int(sysconf(Int32(_SC_PAGESIZE)))) >> 20
    }

    private static func base64URL(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    private struct Transport: VerifierTransport {
        let body: [UInt8]

        func get(_ request: VerifierRequest) async throws -> VerifierAnswer { VerifierAnswer(status: 200, body: body) }
    }
}
