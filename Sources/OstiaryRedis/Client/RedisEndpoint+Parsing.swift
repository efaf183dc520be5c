// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension RedisEndpoint {
    /// - Parameter text: a URL of one of the forms of ``RedisEndpoint``.
    /// - Throws: ``RedisEndpointError`` that names the wrong part.
    public init(_ text: String) throws(RedisEndpointError) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw RedisEndpointError("spaces and control characters must be percent-encoded")
        }
        guard !text.utf8.contains(UInt8(ascii: "#")) else {
            throw RedisEndpointError("there is no fragment; a # in the user or password is written %23")
        }
        guard let mark = text.firstRange(of: "://") else { throw Self.unknownScheme }
        let scheme = text[..<mark.lowerBound].lowercased()
        let parts = text[mark.upperBound...].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let location = parts[0]
        let query = parts.count > 1 ? parts[1] : nil
        let slash = location.firstIndex(of: "/") ?? location.endIndex
        let (credentials, host) = try Self.authority(location[..<slash])
        let path = location[slash...]
        switch scheme {
        case "redis", "rediss":
            guard !path.utf8.contains(UInt8(ascii: "@")), query?.utf8.contains(UInt8(ascii: "@")) != true else {
                throw RedisEndpointError("in the user or password a / is written %2F and a ? %3F")
            }
            guard query == nil else {
                throw RedisEndpointError("there are no parameters behind ?; the database is given as /n")
            }
            let (name, port) = try Self.host(host)
            address = .tcp(host: name, port: port, isTLS: scheme == "rediss")
            self.credentials = credentials
            database = path.isEmpty || path == "/" ? 0 : try Self.database(path.dropFirst())
        case "unix", "redis+unix":
            guard host.isEmpty, path.utf8.count > 1 else {
                throw RedisEndpointError("the path of the socket must be absolute: unix:///path")
            }
            let file = try Self.decoded(path, "the path")
            guard file.utf8.count <= 107 else { throw RedisEndpointError("the path is longer than 107 bytes") }
            let parameters = try Self.parameters(query)
            guard credentials == nil || parameters.password == nil else {
                throw RedisEndpointError("the password is given twice")
            }
            address = .unix(path: file)
            self.credentials = credentials ?? parameters.password.map { Credentials(user: nil, password: $0) }
            database = parameters.database ?? 0
        default:
            throw Self.unknownScheme
        }
    }

    private static var unknownScheme: RedisEndpointError {
        RedisEndpointError("it must begin with redis://, rediss://, unix:// or redis+unix://")
    }

    private static func authority(_ text: Substring) throws(RedisEndpointError) -> (Credentials?, Substring) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count > 1 else { return (nil, text) }
        guard parts.count == 2 else { throw RedisEndpointError("an @ in the user or password is written %40") }
        let login = parts[0].split(separator: ":", omittingEmptySubsequences: false)
        guard login.count == 2 else {
            throw RedisEndpointError(
                login.count < 2
                    ? "user and password are written user:password@, a password alone :password@"
                    : "a : in the user or password is written %3A"
            )
        }
        let user = try decoded(login[0], "the user")
        let password = try decoded(login[1], "the password")
        guard !password.isEmpty else { throw RedisEndpointError("the password is empty") }
        return (Credentials(user: user.isEmpty ? nil : user, password: password), parts[1])
    }

    private static func host(_ text: Substring) throws(RedisEndpointError) -> (String, Int) {
        let name: Substring
        let rest: Substring
        let isIPv6 = text.first == "["
        if isIPv6 {
            guard let end = text.firstIndex(of: "]") else { throw RedisEndpointError("the host lacks its ]") }
            name = text[..<end].dropFirst()
            rest = text[end...].dropFirst()
        } else {
            let end = text.firstIndex(of: ":") ?? text.endIndex
            name = text[..<end]
            rest = text[end...]
        }
        let others = isIPv6 ? ":." : "-._"
        let isPlain = name.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || others.unicodeScalars.contains($0))
        }
        guard !name.isEmpty, isPlain, name.utf8.count <= 253 else {
            throw RedisEndpointError("the host must be a name or an address, [in brackets] for IPv6")
        }
        if rest.isEmpty { return (String(name), 6_379) }
        guard rest.first == ":", let port = number(rest.dropFirst(), upTo: 65_535), port > 0 else {
            throw RedisEndpointError("the port must be a number, 1…65535")
        }
        return (String(name), port)
    }

    private static func parameters(
        _ query: Substring?
    ) throws(RedisEndpointError) -> (database: Int?, password: String?) {
        var database: Int?
        var password: String?
        guard let query else { return (nil, nil) }
        for pair in query.split(separator: "&", omittingEmptySubsequences: false) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            switch (parts[0], parts.count) {
            case ("db", 2) where database == nil:
                database = try Self.database(parts[1])
            case ("password", 2) where password == nil:
                let text = try decoded(parts[1], "the password")
                guard !text.isEmpty else { throw RedisEndpointError("the password is empty") }
                password = text
            default:
                throw RedisEndpointError("the parameters are db and password, each at most once")
            }
        }
        return (database, password)
    }

    private static func database(_ text: Substring) throws(RedisEndpointError) -> Int {
        guard let number = number(text, upTo: Int(Int32.max)) else {
            throw RedisEndpointError("the database must be a number, 0 or more")
        }
        return number
    }

    private static func number(_ text: Substring, upTo limit: Int) -> Int? {
        guard text.utf8.allSatisfy(\.isASCIIDigit), text == "0" || text.first != "0" else { return nil }
        return Int(text).flatMap { $0 <= limit ? $0 : nil }
    }

    private static func decoded(_ text: Substring, _ part: String) throws(RedisEndpointError) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2).compactMap(\.hexadecimalValue)
            guard digits.count == 2 else { throw RedisEndpointError("\(part) has a % without two hexadecimal digits") }
            bytes.append(digits[0] << 4 | digits[1])
            rest = rest.dropFirst(2)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw RedisEndpointError("\(part) is not UTF-8 text")
        }
        return decoded
    }
}
