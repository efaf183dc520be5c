// SPDX-License-Identifier: Apache-2.0

// What ClientTests asks of docs/clients/Session.swift: `client URL STORAGE TIMEOUT COMMAND [ARGUMENT]…`.
import Foundation

let words = Array(CommandLine.arguments.dropFirst())
guard words.count >= 4, let server = URL(string: words[0]), let timeout = Int(words[2]) else { exit(64) }
let session = Session(server: server, file: URL(filePath: words[1]), tries: 4, pause: 0.02, timeout: timeout)

func say(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }

func refresh(_ count: Int) async throws {
    var token: String?
    var done = 0
    while done < count {
        do {
            token = try await session.refresh(token)
            if try await session.request("GET", "api/me/").head.statusCode == 200 {
                done += 1
                say("refreshed")
            }
        } catch let error where !(error is SignedOut) {}
    }
}

do {
    switch words[3] {
    case "login": try await session.login(words[4], words[5])
    case "refresh": try await refresh(Int(words[4]) ?? 0)
    case "me": say("\(try await session.request("GET", "api/me/").head.statusCode)")
    case "logout": try await session.logout()
    default: exit(64)
    }
} catch is SignedOut {
    say("signed out")
}
