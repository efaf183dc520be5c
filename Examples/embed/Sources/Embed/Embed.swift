// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import Ostiary

/// A server with a route of its own, an endpoint that reads its body, and a hook. Usage: embed FOLDER PORT
@main
struct Embed {
    static func main() async throws {
        let (folder, port) = (CommandLine.arguments[1], Int(CommandLine.arguments[2]) ?? 8080)
        let ostiary = try await Ostiary(.sqlite("\(folder)/app.db"), secret: .file("\(folder)/secret.key"))

        let name = Field("name", .text, maximumLength: 100, example: "Ada", help: "The name to greet.")
        let greeting = Shape.object(name: "Greeting", [Property("text", example: "Hello, Ada.", help: "The greeting.")])
        let greet = APIOperation(
            .post, "/api/greetings/", name: "Greetings",
            about: .init("Greet somebody", fields: [name], successes: [Success("The greeting.", greeting)]))
        ostiary.endpoint(greet) { call, identity in
            var fields = try call.fields()
            let greeted = fields.text(name) ?? ""
            try fields.check()
            return Answer(["text": "Hello, \(greeted), says \(identity.user.email)."])
        }
        ostiary.on(.registered) { user, _ in
            guard user.email.hasSuffix("@example.com") else {
                throw Refusal.field("email", code: "domain", "Use the address of your company.")
            }
        }

        let router = Router(context: AddressedRequestContext.self)
        ostiary.mount(on: router)
        router.group("/hello").add(middleware: ostiary.required()).get { _, context in
            "Hello, \(try context.user.email).\n"
        }
        let app = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)), services: [ostiary])
        try await app.runService()
    }
}
