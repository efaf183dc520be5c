// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import Ostiary

/// An application with routes of its own on Hummingbird, whose users log in by Ostiary in the same process.
@main
struct Notes {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let port = Int(arguments[2]) else {
            print("usage: notes DATA-FOLDER PORT")
            return
        }
        var options = Ostiary.Options()
        options.features = [.notes]
        let ostiary = try await Ostiary(
            .sqlite(arguments[1] + "/notes.db"), secret: .file(arguments[1] + "/secret.key"), options: options)

        let router = Router(context: AddressedRequestContext.self)
        // Registration, login, sessions and the notes themselves, with their pages and the description.
        ostiary.mount(on: router)
        router.get("/hello/") { _, _ in "Hello, stranger.\n" }
        router.group("/hello/me/").add(middleware: ostiary.required()).get { _, context in
            "Hello, \(try context.user.email).\n"
        }
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)), services: [ostiary],
            onServerRunning: { channel in print("ready on port \(channel.localAddress?.port ?? port)") })
        try await application.runService()
    }
}
