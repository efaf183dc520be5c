// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import Testing

@Suite("Programs of clients in words")
struct BrowserTests {
    private func browser(_ text: String?) -> String { ClientOrigin(userAgent: text).browser }

    @Test(
        "browsers, by the user agents that they send",
        arguments: [
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:123.0) Gecko/20100101 Firefox/123.0", "Firefox on Windows"),
            ("Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:122.0) Gecko/20100101 Firefox/122.0", "Firefox on Linux"),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14.3; rv:123.0) Gecko/20100101 Firefox/123.0", "Firefox on macOS"),
            ("Mozilla/5.0 (Android 14; Mobile; rv:123.0) Gecko/123.0 Firefox/123.0", "Firefox on Android"),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 14_3_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/123.0 Mobile/15E148 Safari/605.1.15",
                "Firefox on iOS"
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36",
                "Chrome on Windows"
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Mobile Safari/537.36",
                "Chrome on Android"
            ),
            (
                "Mozilla/5.0 (iPad; CPU OS 17_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/122.0.6261.62 Mobile/15E148 Safari/604.1",
                "Chrome on iOS"
            ),
            (
                "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36",
                "Chrome on ChromeOS"
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/122.0.6261.57 Safari/537.36",
                "Chrome on Linux"
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/121.0.0.0 Safari/537.36 Edg/121.0.2277.128",
                "Edge on Windows"
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; HD1913) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/121.0.6167.178 Mobile Safari/537.36 EdgA/121.0.2277.138",
                "Edge on Android"
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 EdgiOS/121.0.2277.99 Mobile/15E148 Safari/605.1.15",
                "Edge on iOS"
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_3) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.2.1 Safari/605.1.15",
                "Safari on macOS"
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.2 Mobile/15E148 Safari/604.1",
                "Safari on iOS"
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36 OPR/108.0.0.0",
                "Opera on Windows"
            ),
            (
                "Opera/9.80 (Android; Opera Mini/36.2.2254/119.132; U; id) Presto/2.12.423 Version/12.16",
                "Opera on Android"
            ),
            (
                "Mozilla/5.0 (Linux; Android 13; SAMSUNG SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/23.0 Chrome/115.0.0.0 Mobile Safari/537.36",
                "Samsung Internet on Android"
            ),
            (
                "Mozilla/5.0 (PlayStation; PlayStation 5/6.00) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.0 Safari/605.1.15",
                "Safari"
            ),
        ])
    func browsers(text: String, expected: String) {
        #expect(browser(text) == expected)
    }

    @Test(
        "other programs, by their first product",
        arguments: [
            ("curl/8.5.0", "curl"), ("python-requests/2.31.0", "python-requests"),
            ("Go-http-client/2.0", "Go-http-client"),
            ("okhttp/4.12.0", "okhttp"), ("PostmanRuntime/7.36.3", "PostmanRuntime"),
            ("Apache-HttpClient/4.5.14 (Java/17.0.10)", "Apache-HttpClient"),
            ("Notes/3.1 (iPhone; iOS 17.3; Scale/3.00)", "Notes"), ("Notes Chrome/122.0", "Notes"), ("test", "test"),
            ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Mozilla"),
            ("(curl) wget/1.21", "wget"),
        ])
    func programs(text: String, expected: String) {
        #expect(browser(text) == expected)
    }

    @Test(
        "hostile texts become a plain name or none",
        arguments: [
            (nil, "Unknown"), ("", "Unknown"), ("   ", "Unknown"), ("/8.5", "Unknown"), ("(", "Unknown"),
            (")", "Unknown"),
            ("((((((((", "Unknown"), ("<script>alert(1)</script>", "Unknown"), ("curl\u{202E}exe.lruc/1", "curl"),
            ("\u{202E}curl/1", "Unknown"), ("Firefox\u{0}/1", "Firefox"), ("Mozilla/5.0 (Windows (Chrome/1", "Mozilla"),
            ("Mozilla/5.0 (<b>Windows</b>) Firefox/\"><img src=x>", "Firefox on Windows"), ("é", "Unknown"),
            ("ＣＵＲＬ/1", "Unknown"), ("a\u{301}bc/1", "a"), ("Mozilla/5.0 Firefoxe\u{301}/1", "Mozilla"),
        ] as [(String?, String)])
    func hostile(text: String?, expected: String) {
        #expect(browser(text) == expected)
    }

    @Test("long texts are cut")
    func long() {
        #expect(browser(String(repeating: "a", count: 10_000)).utf8.count == 40)
        #expect(browser(String(repeating: "(", count: 10_000)) == "Unknown")
        #expect(browser(String(repeating: "a ", count: 5_000)) == "a")
    }
}
