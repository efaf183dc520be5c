// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import Testing

extension EndToEnd.Alone {
    /// Clients that notice nothing while paths move from Django here, back, and for good.
    @Suite struct Move {
        @Test("nobody is logged out, nothing fails, every answer is as before", arguments: TakeoverSite.Engine.allCases)
        func loop(engine: TakeoverSite.Engine) throws {
            let name = "move on \(engine.rawValue)"
            let nodes = TestScale.isLong && engine == .postgres ? 3 : 1
            let run = try MovingRun(
                engine, clients: TestScale.isLong ? 50 : 20, nodes: nodes,
                phase: 2 * TestScale.factor, seed: SeededGenerator.printedSeed(name))
            try run.play()
            let result = run.tally.result
            for (kind, count) in result.answers.sorted(by: { $0.key < $1.key }) { figure("\(name): \(kind)", count) }
            figure("\(name): forced logouts", result.logouts.count)
            figure("\(name): answers of 500 and above", result.serverErrors.count)
            figure("\(name): answers that differ", result.differences.count)
            figure("\(name): registrations refused for a column without a value", result.refusedRegistrations)
            #expect(result.logouts.prefix(3) == [])
            #expect(result.serverErrors.prefix(3) == [])
            #expect(result.differences.prefix(3) == [])
            #expect(result.broken.prefix(3) == [])
            #expect(result.answers.count == 10, "each endpoint was asked on both sides")
            #expect(result.refusedRegistrations > 0)
            #expect(try run.site.value("disagreements()") == "[]")
            #expect(try run.site.orphans() == "[]")
            for server in run.site.servers { #expect(server.terminate() == .code(0)) }
        }
    }
}

/// One run of the move.
final class MovingRun {
    static let root = ("root@mail.example", "Root-pass-1")

    let site: TakeoverSite
    let tally = MoveTally()
    private let clients: Int
    private let phase: Double
    private let seed: UInt64
    private let configuration: TemporaryDirectory
    private var configurationFile: String { configuration.file("ostiary.json") }

    /// - Parameters:
    ///   - nodes: servers of ours.
    ///   - phase: seconds between two moves.
    init(_ engine: TakeoverSite.Engine, clients: Int, nodes: Int, phase: Double, seed: UInt64) throws {
        (self.clients, self.phase, self.seed) = (clients, phase, seed)
        configuration = try TemporaryDirectory()
        site = try TakeoverSite(engine)
        try site.django.evaluate("CustomUser.objects.create_superuser('\(Self.root.0)', '\(Self.root.1)')")
        try configure([:])
        for _ in 0..<nodes { try site.adopt("shared", ["--config", configurationFile], logLevel: "warning") }
    }

    private func configure(_ values: [String: String]) throws {
        let members = values.map { "\(jsonText($0.key)): \(jsonText($0.value))" }.joined(separator: ", ")
        let data = Data("{\(members)}".utf8)
        let mode: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        guard FileManager.default.createFile(atPath: configurationFile, contents: data, attributes: mode) else {
            throw Failure("cannot write \(configurationFile)")
        }
    }

    /// Moves the paths while the clients go on.
    func play() throws {
        let front = try site.front
        let admin = try DjangoAdmin(port: front.port, Self.root.0, Self.root.1)
        let everybody = try (0..<clients).map { _ in
            let email = freshEmail()
            return (email, try front.client.enrol(email), try front.client.tokens(email))
        }
        let other = Int(try site.value("person('other@mail.example', 'x').id")) ?? 0
        let threads = try BackgroundThreads(clients) { [tally, seed] index in
            let (email, id, tokens) = everybody[index]
            MovingClient(front, tally, email: email, id: id, tokens: tokens, seed: seed &+ UInt64(index)).run(
                pause: 0.1)
        }
        do {
            let all = Set(Front.Path.allCases)
            var saves = 0
            for paths in [[], [.me], [.me, .register], all, [], all] as [Set<Front.Path>] {
                try front.move(paths)
                pause(phase)
                saves += 1
                let saved = try admin.change(other) { $0.set("username", "name \(saves)") }
                guard saved.status == 302, try admin.isOpen() else { throw Failure("no admin: \(saved)") }
            }
            try release(front, admin)
        } catch {
            tally.end()
            try? threads.join()
            throw error
        }
        tally.end()
        try threads.join()
    }

    /// The next release of the Django service, with one column more and a longer e-mail, while all paths are here.
    private func release(_ front: Front, _ admin: DjangoAdmin) throws {
        tally.allowRefusedRegistrations(true)
        site.django.change([.later])
        try site.django.migrate()
        site.django.stop()
        try site.django.start()
        guard try admin.isOpen() else { throw Failure("no admin after the release") }
        pause(phase)
        try front.move([])
        pause(1)
        tally.allowRefusedRegistrations(false)
        for server in site.servers {
            guard server.terminate() == .code(0) else { throw Failure("not ended: \(server.output.suffix(2000))") }
        }
        try configure(["user-default": "phone="])
        let recorded = try site.command(["adopt", "--record", "--config", configurationFile])
        guard recorded.exit == .code(0) else { throw Failure("\(recorded)") }
        for server in site.servers { try server.start() }
        try front.move(Set(Front.Path.allCases))
        pause(phase)
        guard try admin.isOpen() else { throw Failure("no admin at the end") }
    }
}
