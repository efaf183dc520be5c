// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryTestSupport
import Testing

extension EndToEnd.Alone.Packages {
    /// The image, which no engine made.
    @Suite(.enabled(if: SystemdMachine.isPossible))
    struct Image {
        private let directory: TemporaryDirectory
        private let archive: String

        init() throws {
            directory = try TemporaryDirectory()
            archive = try PackageFolder.file("-image.tar")
        }

        @discardableResult
        private func run(_ program: String, _ arguments: String...) throws -> String {
            let result = try PackageFolder.run(program, arguments)
            guard result.exit == .code(0) else { throw Failure("\(program) \(arguments): \(result)") }
            return result.stdout
        }

        /// Unpacks the image. Returns the folder of the bundle.
        private func bundle() throws -> String {
            let bundle = directory.file("bundle")
            try run("skopeo", "copy", "--quiet", "oci-archive:\(archive)", "oci:\(directory.file("layout")):test")
            try run("umoci", "unpack", "--image", "\(directory.file("layout")):test", bundle)
            return bundle
        }

        @Test("skopeo reads the archive as an OCI layout and as an archive of docker; it is small")
        func formats() throws {
            for kind in ["oci-archive", "docker-archive"] {
                let target = directory.file(kind)
                try run("skopeo", "copy", "--quiet", "\(kind):\(archive)", "dir:\(target)")
                let inspected = try run("skopeo", "inspect", "\(kind):\(archive)")
                #expect(inspected.contains(#""org.opencontainers.image.title": "ostiary""#), "\(inspected)")
            }
            let size = try #require(FileManager.default.attributesOfItem(atPath: archive)[.size] as? Int)
            figure("image, compressed", "\(size / 1_000_000) MB")
            #expect(size <= 40_000_000)
        }

        @Test("its configuration is that of the Containerfile and of compose.yaml, which has no password")
        func configuration() throws {
            let file = directory.file("config.json")
            try Data(run("skopeo", "inspect", "--config", "--raw", "oci-archive:\(archive)").utf8)
                .write(to: URL(filePath: file))
            let driver = "\(Page.root)/Tests/OstiaryServerTests/Packaging/Drivers/image.py"
            let compared = try CommandResult(
                PackageFolder.script("packages-environment"),
                [
                    driver, file, "\(Page.root)/Packaging/image/Containerfile",
                    "\(Page.root)/Packaging/image/compose.yaml",
                ], environment: Executable.inheritedEnvironment)
            #expect(compared.exit == .code(0), "\(compared)")
        }

        @Test("it holds the program, the libraries that this loads, and nothing else that runs")
        func content() throws {
            let root = try bundle() + "/rootfs"
            let files = try run("find", root, "-not", "-type", "d", "-printf", "%P\n").split(separator: "\n")
            let binary = try run("find", root, "-type", "f", "-perm", "/0111", "-printf", "%f\n").split(separator: "\n")
            let loaded = try run("ldd", "\(root)/usr/bin/ostiary").matches(
                of: #/(?:(?<name>\S+) => )?\/\S*\/(?<file>\S+) \(/#
            )
            .map { String($0.output.name ?? $0.output.file) }
            #expect(loaded.count > 20)
            #expect(Set(binary.map(String.init)) == Set(loaded + ["ostiary"]))
            let others = files.filter { file in
                !file.hasPrefix("usr/share/") && !file.hasPrefix("lib64/ld-linux") && !file.contains(".so.")
            }
            #expect(
                Set(others.map(String.init)) == [
                    "usr/bin/ostiary", "etc/passwd", "etc/group", "etc/nsswitch.conf",
                    "etc/ssl/certs/ca-certificates.crt",
                ])
            #expect(try run("find", root, "-perm", "/6000").isEmpty)
            let packages = Set(files.filter { $0.hasSuffix("/copyright") })
            #expect(packages.count > 20 && packages.contains("usr/share/doc/ostiary/copyright"))
        }

        @Test("it runs as user 65532 on files that cannot be written, tells its health, and ends in order; data stay")
        func running() throws {
            let bundle = try bundle()
            let volume = directory.file("volume")
            try run("install", "-d", "-m", "0700", "-o", "65532", "-g", "65532", volume)
            let driver = "\(Page.root)/Tests/OstiaryServerTests/Packaging/Drivers/container.py"
            var access: String?
            for place in 1...2 {
                let process = try ChildProcess(
                    Executable.required("unshare", package: "util-linux"),
                    ["--mount", "--pid", "--net", "--fork", "--kill-child=KILL", "python3", driver, bundle, volume],
                    environment: Executable.inheritedEnvironment, output: directory.file("out"),
                    errors: directory.file("out"))
                let child: String? = waitUntil(30) {
                    let children = text(ofFile: "/proc/\(process.pid)/task/\(process.pid)/children").split(
                        separator: " ")
                    guard let first = children.first, text(ofFile: "/proc/\(first)/comm") == "ostiary\n" else {
                        return nil
                    }
                    return String(first)
                }
                let server = try #require(child, "\(text(ofFile: directory.file("out")))")
                func health() throws -> CommandResult {
                    try CommandResult(
                        Executable.required("nsenter", package: "util-linux"),
                        [
                            "-t", server, "-m", "-n", "-p", "-r", "-w", "-S", "65532", "-G", "65532",
                            "/usr/bin/ostiary", "check", "--ready",
                        ], environment: ["OSTIARY_HOST": "0.0.0.0", "OSTIARY_DATA_DIR": "/data"])
                }
                let isHealthy: Bool? = try waitUntil(30) { try health().exit == .code(0) ? true : nil }
                #expect(isHealthy == true, "\(text(ofFile: directory.file("out")))")
                let status = text(ofFile: "/proc/\(server)/status")
                for line in ["Uid:\t65532\t65532\t65532\t65532", "CapEff:\t0000000000000000", "NoNewPrivs:\t1"] {
                    #expect(status.contains("\n\(line)\n"), "\(status)")
                }
                let mounts = text(ofFile: "/proc/\(server)/mountinfo")
                #expect(mounts.contains(#/ \/ ro,/#), "\(mounts)")
                let asked = PackageServer(
                    curl: { try PackageFolder.run("nsenter", ["-t", server, "-n"] + $0, input: $1) },
                    address: "http://127.0.0.1:8000")
                #expect(try asked.ask("GET", "/healthz").status == 200)
                if place == 1 { access = try asked.session("first@example.com").member("access_token") }
                #expect(try asked.ask("GET", "/api/me/", bearer: access).status == 200)
                #expect(try run("kill", "-TERM", server).isEmpty)
                #expect(process.exit(within: 40) == .code(0))
                process.killNow()
            }
        }
    }
}
