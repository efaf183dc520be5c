// SPDX-License-Identifier: Apache-2.0

// What ClientTests asks of docs/clients/Session.swift: `ClientPrograms URL STORAGE TIMEOUT COMMAND [ARGUMENT]…`.
import FoundationEssentials
import Glibc
import OstiaryClient

let words = Array(CommandLine.arguments.dropFirst())
guard words.count >= 4, let timeout = Double(words[2]) else { exit(64) }
var options = OstiaryClient.Options()
options.tries = 4
options.pause = .milliseconds(20)
options.timeout = .seconds(timeout)
let session = try Session(words[0], file: words[1], options: options)

func say(_ line: String) {
    print(line)
    fflush(nil)
}

func refresh(_ count: Int) async throws {
    var token: String?
    var done = 0
    while done < count {
        do {
            token = try await session.refresh(token)
            if try await session.request(.get("/api/me/")).status == 200 {
                done += 1
                say("refreshed")
            }
        } catch let error where error as? ClientError != .signedOut {}
    }
}

/// So many requests at once.
func together(_ count: Int) async throws {
    try await withThrowingTaskGroup { group in
        for _ in 0..<count { group.addTask { try await session.request(.get("/api/me/")).status } }
        for try await status in group { say("\(status)") }
    }
}

do {
    switch words[3] {
    case "login": try await session.login(words[4], words[5])
    case "refresh": try await refresh(Int(words[4]) ?? 0)
    case "together": try await together(Int(words[4]) ?? 0)
    case "me": say("\(try await session.request(.get("/api/me/")).status)")
    case "logout": try await session.logout()
    // Guides of docs/guides.
    case "MobileApplication": try await mobileApplication(words[0])
    case "SwiftClient": try await swiftClient(words[0])
    default: exit(64)
    }
} catch ClientError.signedOut {
    say("signed out")
}
