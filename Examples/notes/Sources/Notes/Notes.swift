// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import OstiaryCore
import OstiaryHummingbird
import OstiaryServer

/// An application with routes of its own on Hummingbird, whose users log in by Ostiary in the same process.
@main
struct Notes {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let port = Int(arguments[2]) else {
            print("usage: notes DATA-FOLDER PORT")
            return
        }
        let configuration = try ServerConfiguration(flags: [.dataDir: arguments[1]], environment: [:])
        let ostiary = try await Backend(configuration, features: [.notes])

        let router = Router(context: AddressedRequestContext.self)
        // Registration, login, sessions and the notes themselves, with their pages and the description.
        router.addMiddleware { OstiaryMiddleware(ostiary.responder) }
        router.get("/hello/") { _, _ in "Hello, stranger.\n" }
        router.get("/hello/me/") { request, _ in
            let identity = try await ostiary.services.identity.identity(of: request)
            return "Hello, \(identity.user.email).\n"
        }
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)), services: [ostiary],
            onServerRunning: { channel in print("ready on port \(channel.localAddress?.port ?? port)") })
        try await application.runService()
    }
}
