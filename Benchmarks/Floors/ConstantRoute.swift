// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Hummingbird
import NIOCore

/// Hummingbird as it is, with one route that answers the same bytes.
struct ConstantRoute: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "hummingbird")

    @Argument var port: Int

    func run() async throws {
        let router = Router()
        let body = ByteBuffer(string: #"{"id":1,"username":"","email":"a@b.example"}"#)
        router.get("/") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: body))
        }
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(
                address: .hostname("127.0.0.1", port: port), serverName: nil, backlog: 1_024)
        )
        try await application.runService()
    }
}
