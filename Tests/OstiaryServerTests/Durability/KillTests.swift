// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport

import Testing

extension EndToEnd.Alone {
    @Suite struct Durability {
        @Test("SIGKILL in the middle of registrations and refreshes loses nothing that was acknowledged")
        func kills() throws {
            let rounds = 50
            var generator = SeededGenerator(seed: SeededGenerator.printedSeed("kill"))
            let server = try ServerProcess(logLevel: "warning")
            let email = freshEmail()
            try WireClient(port: server.port).enrol(email)
            var tally = Tally()
            var restarts = 0.0
            for _ in 0..<rounds {
                let load = try Load([server], email: email, seed: generator.next())
                let delay = Double.random(in: 0.02...0.35, using: &generator)
                try parallel(load.clients + 1) { index in
                    if index < load.clients { return load.run(index) }
                    pause(delay)
                    load.stop()
                    server.kill()
                }
                #expect(!server.isRunning)
                let start = ContinuousClock.now
                try server.start()
                restarts = max(restarts, seconds(since: start))
                try load.judge(&tally)
            }
            figure("kills", rounds)
            figure("kills: longest restart", seconds: restarts)
            tally.judge("kills")
            #expect(tally.unavailable == 0)
            #expect(server.terminate() == .code(0))
        }
    }
}
