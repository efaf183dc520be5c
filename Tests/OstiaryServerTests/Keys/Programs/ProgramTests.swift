// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// Programs of Debian let people in by tokens, and keep them out, with the files of `docs/guides/other-programs.md`.
    @Suite struct Programs {
        @Test("good tokens are let in, wrong ones are not, and the page says by whom")
        func table() throws {
            let site = try ProgramSite()
            let (apache, dovecot) = (try Apache(site), try Dovecot(site))
            try judge(site) { id, algorithm in
                let pem = try site.keys.command(["keys", "export-public", id, "--pem"])
                let proxy = try HAProxy(pem, algorithm, before: site.keys.servers[0].port, in: site.directory)
                return apache.places + [proxy, dovecot]
            }
            #expect(apache.stop() && dovecot.stop() && site.terminate())
        }

        @Test("the same for RabbitMQ, which starts slowly", .enabled(if: TestScale.isLong))
        func rabbitMQ() throws {
            let site = try ProgramSite()
            try site.keys.set("TOKEN_GROUPS_CLAIM", "true")
            let group = "notes.tag:management"
            try site.keys.command(["groups", "add", group])
            try site.keys.command(["groups", "add-member", group, site.email])
            let program = try RabbitMQ(site)
            try judge(site) { _, _ in [program] }
            #expect(program.stop() && site.terminate())
        }

        /// Shows the tokens of each algorithm to programs, and compares their rows.
        /// - Parameter programs: those that have the key.
        private func judge(_ site: ProgramSite, _ programs: (String, KeyAlgorithm) throws -> [any TokenProgram]) throws
        {
            var rows: [String: [Bool]] = [:]
            var ended: [String: Bool] = [:]
            var before: String?
            for algorithm in [KeyAlgorithm.es256, .rs256, .eddsa] {
                let id = try site.sign(by: algorithm, before: before)
                before = id
                let good = try site.session(by: id).access
                let samples = try Samples((good, AccessToken(good)), site.keys.privateKey(id))
                for program in try programs(id, algorithm) {
                    let reads = try program.accepts(good)
                    rows[program.name, default: []].append(reads)
                    for sample in samples.tokens.dropFirst() {
                        let isIn = try program.accepts(sample.token)
                        #expect(!isIn, "\(program.name) lets in \(algorithm.rawValue) with \(sample.name)")
                    }
                    guard reads else { continue }
                    let staysIn = try staysIn(site, program, id)
                    #expect(ended[program.name, default: staysIn] == staysIn, "\(program.name)")
                    ended[program.name] = staysIn
                    if program.name.contains("introspection") {
                        #expect(!staysIn, "\(program.name) lets in a session that has ended")
                    }
                }
            }
            for (name, reads) in rows {
                #expect(reads.contains(true), "\(name) reads nothing")
                try ProgramTable.compare(name, reads, staysIn: ended[name] ?? true)
            }
        }

        /// True if a program lets somebody in whose session has ended since.
        private func staysIn(_ site: ProgramSite, _ program: any TokenProgram, _ id: String) throws -> Bool {
            let tokens = try site.session(by: id)
            let wasIn = try program.accepts(tokens.access)
            #expect(wasIn, "\(program.name)")
            try site.end(tokens)
            return try program.accepts(tokens.access)
        }
    }
}
