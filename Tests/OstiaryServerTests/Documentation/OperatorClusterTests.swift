// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import Synchronization
import Testing

extension EndToEnd {
    /// The commands of the operators' pages for many machines, run on a real PostgreSQL.
    @Suite struct OperatorClusters {
        private static let config = "/etc/ostiary/ostiary.json"
        private static let key = "/etc/ostiary/ostiary.key"
        private static let count = Atomic<Int>(0)
        private let postgres: PostgresServer
        /// The name of the role and of the database.
        private let name: String
        private let machines: [OperatorMachine]

        /// Two machines on a database of their own, set up as the pages say.
        init() throws {
            let postgres = try PostgresServer.shared.get()
            let name = "operator_\(Self.count.add(1, ordering: .relaxed).newValue)"
            let sql = try Page("docs/operating/postgresql.md").blocks("sql")
            for (number, block) in sql.enumerated() {
                for statement in block.split(separator: "\n") {
                    let here = String(statement).replacing(#/\bostiary\b/#, with: name)
                    try postgres.query(here, in: number == 0 ? "postgres" : name)
                }
            }
            let url = "postgres://\(name)@/\(name)?host=\(postgres.directory.path)&port=\(postgres.port)"
            let page = try Page("docs/operating/many-machines.md")
            let json = try #require(page.blocks("json", under: "Set up").first)
            let unit = try #require(page.blocks("ini", under: "Set up").first)
            machines = try (0..<2).map { _ in
                let machine = try OperatorMachine(replacing: [
                    ("postgres://ostiary:…@db.example.com/ostiary?sslmode=verify-full", url)
                ])
                try machine.save(json, as: Self.config)
                machine.extendUnit(unit)
                return machine
            }
            (self.postgres, self.name) = (postgres, name)
            let commands = try page.blocks("sh", under: "Set up")
            try machines[0].run(commands[0])
            try spreadKey()
            for machine in machines { try machine.run(commands[1]) }
            for machine in machines { try machine.run(commands[2]) }
        }

        private func spreadKey() throws {
            for machine in machines.dropFirst() {
                try machine.save(text(ofFile: machines[0].here(Self.key)), as: Self.key)
            }
        }

        private func isReady(_ machine: OperatorMachine, as status: Int = 200) -> Bool {
            waitUntil(30) { WireClient.readiness(machine.port) == status ? true : nil } == true
        }

        @Test("many machines: a login on one is valid on the other, and the role has no more rights than it needs")
        func nodes() throws {
            let (_, tokens) = try machines[0].client.newSession()
            #expect(try machines[1].client.me(tokens.access).status == 200)
            let found = try machines[1].run(
                "OSTIARY_SECRET_KEY_FILE=\(Self.key) ostiary check --deploy --json --config \(Self.config)")
            for code in ["powerful_role", "open_schema", "missing_rights"] {
                #expect(!found.contains(code), "\(found)")
            }
        }

        @Test("backup and restore: a dump of PostgreSQL brings everything back")
        func dump() throws {
            let commands = try Page("docs/operating/backup-and-restore.md").blocks("sh", under: "PostgreSQL")
            let (_, tokens) = try machines[0].client.newSession()
            try machines[0].run("mkdir /var/backups/ostiary")
            try machines[0].run(commands[0])
            let later = try machines[1].client.newSession().email
            try machines[1].run("sudo systemctl stop ostiary")
            try machines[0].run(commands[1])
            try machines[1].run("sudo systemctl start ostiary")
            for machine in machines {
                #expect(isReady(machine), "\(machine.log)")
                #expect(try machine.client.me(tokens.access).status == 200)
                #expect(try machine.client.login(later).status == 401, "made after the copy")
            }
        }

        @Test("replace the key: node by node, and after a stop of all")
        func key() throws {
            let page = try Page("docs/operating/replace-the-key.md")
            let (first, second) = (machines[0], machines[1])
            var tokens = try first.client.newSession().tokens
            let rolling = try page.blocks("sh", under: "Many machines, without a stop")
            #expect(rolling.count == 3)
            try first.run(rolling[0])
            try spreadKey()
            #expect(try second.client.me(tokens.access).status == 200, "nothing has changed yet")
            try first.run(rolling[1])
            #expect(isReady(first) && isReady(second, as: 503), "\(first.log) \(second.log)")
            #expect(second.log.contains("the other servers use another signing key"))
            try second.run(rolling[2])
            #expect(isReady(second), "\(second.log)")
            #expect(try second.client.me(tokens.access).status == 401)
            tokens = try Tokens(second.client.refresh(tokens.refresh))
            #expect(try first.client.me(tokens.access).status == 200)

            let stopped = try page.blocks("sh", under: "Many machines, with a stop")
            try second.run("sudo systemctl stop ostiary")
            try first.run(stopped[0])
            try spreadKey()
            for machine in machines { try machine.run("sudo systemctl start ostiary") }
            for machine in machines { #expect(isReady(machine), "\(machine.log)") }
            #expect(try second.client.me(tokens.access).status == 401)
            #expect(try first.client.me(Tokens(second.client.refresh(tokens.refresh)).access).status == 200)
        }
    }
}
