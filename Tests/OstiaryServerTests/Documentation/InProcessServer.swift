// SPDX-License-Identifier: Apache-2.0

import OstiaryServer

/// Runs the body beside a server on a free port.
/// - Parameter folder: where its data is.
func withOstiary(in folder: String, _ body: (_ url: String) async throws -> Void) async throws {
    let configuration = try ServerConfiguration(
        flags: [.dataDir: folder, .port: "0", .throttling: "off", .logLevel: "critical"], environment: [:])
    let server = try Server(configuration)
    let (urls, started) = AsyncStream<String>.makeStream()
    let running = Task {
        defer { started.finish() }
        try await server.run(migrates: true) { started.yield("http://\($0.address)") }
    }
    defer { running.cancel() }
    // Without an address the start has failed, and says why.
    guard let url = await urls.first(where: { _ in true }) else { return try await running.value }
    try await body(url)
    running.cancel()
    _ = await running.result
}
