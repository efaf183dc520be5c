// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport

/// A folder that is served at an origin of its own, and a Chromium that opens a page there.
final class BrowserPage {
    let folder: TemporaryDirectory
    let origin: String
    private let site: ChildProcess
    private var requests: String { folder.file("requests") }

    init() throws {
        folder = try TemporaryDirectory()
        let port = try FreePorts.next()
        origin = "http://localhost:\(port)"
        site = try ChildProcess(
            Executable.required("python3", package: "python3"),
            ["-u", "-m", "http.server", "\(port)", "--bind", "127.0.0.1", "--directory", folder.path],
            environment: Executable.inheritedEnvironment, output: "/dev/null", errors: folder.file("requests"))
    }

    /// Runs a program as a module of a page.
    /// - Returns: what it has written to the console by `console.log`, or the error that ended it.
    func run(_ program: String) throws -> String {
        let module = """
            const lines = [];
            console.log = (...words) => lines.push(words.map(String).join(' '));
            await import('./program.mjs').catch((error) => lines.push(error.stack));
            const bytes = new TextEncoder().encode(lines.join('\\n'));
            const base64 = btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_');
            await fetch('/told/' + base64.replaceAll('=', ''));
            """
        let files = ["program.mjs": program, "index.html": "<!doctype html><script type=\"module\">\(module)</script>"]
        for (name, text) in files { try Data(text.utf8).write(to: URL(filePath: folder.file(name))) }
        let profile = try TemporaryDirectory()
        let browser = try ChildProcess(
            Executable.required("chromium", package: "chromium"),
            [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-extensions", "--user-data-dir=\(profile.path)", "\(origin)/index.html",
            ], environment: Executable.inheritedEnvironment, output: "/dev/null", errors: profile.file("errors"))
        defer { browser.killNow() }
        let told: String? = waitUntil(60) {
            let request = text(ofFile: requests).firstMatch(of: #/"GET \/told\/(?<lines>\S*) HTTP/#)
            return request.flatMap { Base64URL.decode(String($0.output.lines)) }.map {
                String(decoding: $0, as: UTF8.self)
            }
        }
        guard let told else { throw Failure("the page said nothing: \(text(ofFile: requests).suffix(1_000))") }
        return told
    }

    deinit { site.killNow() }
}
