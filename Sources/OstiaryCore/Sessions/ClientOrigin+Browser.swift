// SPDX-License-Identifier: Apache-2.0

extension ClientOrigin {
    /// The program of the client in words, such as `Firefox on Windows` or `curl`, for people who look for a session.
    ///
    /// A client can send any user agent, so this is a claim and no proof. The text has ASCII letters, digits, `.`, `-`,
    /// `_`, `+` and blanks only, and at most 60 bytes; it is `Unknown` where the user agent names no program.
    public var browser: String {
        knownBrowser ?? userAgent.flatMap { UserAgentReader($0)?.program } ?? "Unknown"
    }

    /// The browser in words of this server alone; nil for any other program. Messages to other people must not carry
    /// words of a stranger.
    public var knownBrowser: String? {
        guard let userAgent, let reader = UserAgentReader(userAgent), let browser = reader.browser else { return nil }
        return reader.system.map { "\(browser) on \($0)" } ?? browser
    }
}

/// Reads a user agent: products such as `Firefox/123.0` with comments in parentheses between them (RFC 9110 §10.1.5).
private struct UserAgentReader {
    /// The names of the products, in their order.
    private let products: [ArraySlice<UInt8>]
    /// The first comment, which names the system.
    private let comment: ArraySlice<UInt8>

    private static let maximumLength = 1_024
    private static let maximumName = 40

    /// Products by which browsers are told from each other. A browser also sends the products of those that it is
    /// compatible with, so the first name of this list that is there counts.
    private static let browsers: [(product: String, name: String)] = [
        ("SamsungBrowser", "Samsung Internet"), ("Edg", "Edge"), ("EdgA", "Edge"), ("EdgiOS", "Edge"),
        ("Edge", "Edge"), ("OPR", "Opera"), ("OPiOS", "Opera"), ("OPT", "Opera"), ("Opera", "Opera"),
        ("FxiOS", "Firefox"), ("Firefox", "Firefox"), ("CriOS", "Chrome"), ("HeadlessChrome", "Chrome"),
        ("Chrome", "Chrome"), ("Safari", "Safari"),
    ]

    /// Words of the comment by which systems are told from each other; the first one that is there counts.
    private static let systems: [(word: String, name: String)] = [
        ("iPhone", "iOS"), ("iPad", "iOS"), ("iPod", "iOS"), ("Windows", "Windows"), ("Android", "Android"),
        ("CrOS", "ChromeOS"), ("Macintosh", "macOS"), ("Mac OS X", "macOS"), ("Linux", "Linux"), ("X11", "Linux"),
    ]

    /// - Returns: nil if there is no product.
    init?(_ text: String) {
        let bytes = Array(text.utf8.prefix(Self.maximumLength))[...]
        var (products, comment) = ([ArraySlice<UInt8>](), ArraySlice<UInt8>())
        // The start of the open word or comment, and the number of open parentheses.
        var (start, depth) = (bytes.startIndex, 0)
        func name(until end: Int) {
            let product = bytes[start..<end]
            let name = product[..<(product.place(of: UInt8(ascii: "/")) ?? product.endIndex)]
            if !name.isEmpty { products.append(name) }
        }
        for (index, byte) in zip(bytes.indices, bytes) {
            switch byte {
            case UInt8(ascii: "("):
                if depth == 0 {
                    name(until: index)
                    start = index + 1
                }
                depth += 1
            case UInt8(ascii: ")") where depth > 0:
                depth -= 1
                guard depth == 0 else { continue }
                if comment.isEmpty { comment = bytes[start..<index] }
                start = index + 1
            case UInt8(ascii: " ") where depth == 0:
                name(until: index)
                start = index + 1
            default: break
            }
        }
        if depth == 0 { name(until: bytes.endIndex) }
        guard !products.isEmpty else { return nil }
        (self.products, self.comment) = (products, comment)
    }

    /// The name of the browser; nil for other programs, which name themselves first.
    var browser: String? {
        guard let first = products.first, ["Mozilla", "Opera"].contains(where: { first.elementsEqual($0.utf8) }) else {
            return nil
        }
        return Self.browsers.first { browser in products.contains { $0.elementsEqual(browser.product.utf8) } }?.name
    }

    /// The name of the operating system; nil if it is none of the known ones.
    var system: String? { Self.systems.first { comment.contains($0.word.utf8) }?.name }

    /// The start of the first product that is a plain name; nil if there is none.
    var program: String? {
        guard let first = products.first else { return nil }
        let name = first.prefix(Self.maximumName).prefix {
            $0.isASCIILetter || $0.isASCIIDigit || "-._+".utf8.contains($0)
        }
        return name.isEmpty ? nil : String(decoding: name, as: UTF8.self)
    }
}
