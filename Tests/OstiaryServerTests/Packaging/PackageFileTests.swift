// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import Testing

extension EndToEnd.Alone.Packages {
    /// The packages as files.
    @Suite struct Files {
        @Test("the same binary gives the same bytes")
        func same() throws {
            let directory = try TemporaryDirectory()
            let made = try PackageFolder.make("--output", directory.file("again"))
            #expect(made.exit == .code(0), "\(made)")
            let sums = text(ofFile: directory.file("again/SHA256SUMS"))
            #expect(try sums == text(ofFile: PackageFolder.file("SHA256SUMS")))
        }

        @Test("SHA256SUMS has each file, with its sum")
        func sums() throws {
            let folder = try #require(PackageFolder.path)
            let checked = try PackageFolder.run(
                "sh", ["-c", "cd \"$0\" && sha256sum --check --strict SHA256SUMS", folder])
            #expect(checked.exit == .code(0), "\(checked)")
            let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0 != "SHA256SUMS" }
            #expect(names.count == 6 && checked.stdout.split(separator: "\n").count == 6, "\(names)")
        }

        @Test("lintian has nothing to say")
        func lintian() throws {
            let said = try PackageFolder.run(
                "lintian", ["--allow-root", "--fail-on", "error,warning", PackageFolder.file(".deb")])
            #expect(said.exit == .code(0) && said.stdout.isEmpty, "\(said)")
        }

        @Test("the debug symbols lie where debuggers look for those of the packed program")
        func symbols() throws {
            let directory = try TemporaryDirectory()
            let unpacked = try PackageFolder.run("dpkg-deb", ["-x", PackageFolder.file(".deb"), directory.path])
            #expect(unpacked.exit == .code(0), "\(unpacked)")
            let notes = try PackageFolder.run("readelf", ["--notes", directory.file("usr/bin/ostiary")]).stdout
            let id = try #require(notes.firstMatch(of: #/Build ID: (?<id>[0-9a-f]{40})/#)?.output.id)
            let names = try PackageFolder.run("tar", ["-tf", PackageFolder.file("-debug.tar.gz")]).stdout
            #expect(names.contains("usr/lib/debug/.build-id/\(id.prefix(2))/\(id.dropFirst(2)).debug\n"), "\(names)")
            let sections = try PackageFolder.run(
                "readelf", ["--sections", "--wide", directory.file("usr/bin/ostiary")]
            ).stdout
            #expect(!sections.contains(".debug_") && !sections.contains(".symtab"), "\(sections)")
        }

        @Test("the scripts of the package complete commands in bash, and can be read by zsh and fish")
        func completions() throws {
            let directory = try TemporaryDirectory()
            #expect(
                try PackageFolder.run("dpkg-deb", ["-x", PackageFolder.file(".deb"), directory.path]).exit == .code(0))
            let share = directory.file("usr/share")
            let asked = """
                source '\(share)/bash-completion/completions/ostiary'
                COMP_WORDS=(ostiary se); COMP_CWORD=1; COMP_LINE='ostiary se'; COMP_POINT=10; COMPREPLY=()
                _ostiary ostiary se ostiary; echo "${COMPREPLY[@]}"
                """
            let bash = try PackageFolder.run("bash", ["--norc", "-c", asked])
            #expect(bash.stdout == "serve sessions settings\n", "\(bash)")
            let zsh = try PackageFolder.run("zsh", ["-n", "\(share)/zsh/vendor-completions/_ostiary"])
            #expect(zsh.exit == .code(0), "\(zsh)")
            #expect(text(ofFile: "\(share)/zsh/vendor-completions/_ostiary").hasPrefix("#compdef ostiary\n"))
            let script = "\(share)/fish/vendor_completions.d/ostiary.fish"
            let fish = try PackageFolder.run(
                "fish", ["--no-config", "-c", "source '\(script)'; complete -C 'ostiary se'"])
            #expect(fish.stdout.contains("settings\t"), "\(fish)")
        }

        @Test("a clock that stands before the commit is told in a line, with exit code 69")
        func clock() throws {
            let directory = try TemporaryDirectory()
            #expect(
                try PackageFolder.run("dpkg-deb", ["-x", PackageFolder.file(".deb"), directory.path]).exit == .code(0))
            let program = directory.file("usr/bin/ostiary")
            let said = try PackageFolder.run(
                "faketime",
                ["2020-01-01 00:00:00", program, "serve", "--port", "0", "--data-dir", directory.file("data")])
            #expect(said.exit == .code(69), "\(said)")
            #expect(said.stderr.contains("Error: The clock of this machine says 2020-01-01T00:0"), "\(said)")
            #expect(!FileManager.default.fileExists(atPath: directory.file("data")))
        }

        @Test("the lists of parts keep to their schemas, and name what is linked and loaded")
        func lists() throws {
            let lists = [try PackageFolder.file(".cdx.json"), try PackageFolder.file(".spdx.json")]
            let python = try PackageFolder.script("packages-environment")
            let judge = "\(Page.root)/Tests/OstiaryServerTests/Packaging/Drivers/lists.py"
            let judged = try CommandResult(
                python, [judge] + lists, environment: Executable.inheritedEnvironment, within: 120)
            #expect(judged.exit == .code(0), "\(judged)")
            let compared = try PackageFolder.make("--compare", lists[0], lists[1])
            #expect(compared.exit == .code(0), "\(compared)")

            let directory = try TemporaryDirectory()
            for (list, key) in zip(lists, ["components", "packages"]) {
                let broken = directory.file("broken.\(key == "packages" ? "spdx" : "cdx").json")
                let script = """
                    import json, sys
                    document = json.load(open(sys.argv[1]))
                    document[sys.argv[3]] = [part for part in document[sys.argv[3]] if part["name"] != "swift-nio"]
                    json.dump(document | {"dataLicense": 1, "bomFormat": 1}, open(sys.argv[2], "w"))
                    """
                #expect(try PackageFolder.run("python3", ["-c", script, list, broken, key]).exit == .code(0))
                let compared = try PackageFolder.make("--compare", broken)
                #expect(compared.exit == .code(1) && compared.stderr.contains("lacks swift-nio "), "\(compared)")
                let judged = try CommandResult(
                    python, [judge, broken], environment: Executable.inheritedEnvironment, within: 120)
                #expect(judged.exit != .code(0), "a broken list is judged to be right")
            }
        }

        @Test("the copyright of the package names each part that is inside the program")
        func copyright() throws {
            let directory = try TemporaryDirectory()
            #expect(
                try PackageFolder.run("dpkg-deb", ["-x", PackageFolder.file(".deb"), directory.path]).exit == .code(0))
            let copyright = text(ofFile: directory.file("usr/share/doc/ostiary/copyright"))
            let script = """
                import json, sys
                for part in json.load(open(sys.argv[1]))["components"]:
                    if "licenses" in part: print(part["name"].split(" in ")[0])
                """
            let names = try PackageFolder.run("python3", ["-c", script, PackageFolder.file(".cdx.json")]).stdout
            #expect(names.split(separator: "\n").count > 15, "\(names)")
            for name in names.split(separator: "\n") where name != "swift-runtime" {
                #expect(copyright.contains("contains \(name)"), "\(name)")
            }
            for words in ["the Swift standard library", "As an exception", "Django Software Foundation"] {
                #expect(copyright.contains(words))
            }
        }

        @Test("a package that is taken out of the resolved graph is missed")
        func graph() throws {
            let directory = try TemporaryDirectory()
            let file = directory.file("Package.resolved")
            let script = """
                import json, sys
                document = json.load(open(sys.argv[1]))
                document["pins"] = [pin for pin in document["pins"] if pin["identity"] != "swift-crypto"]
                json.dump(document, open(sys.argv[2], "w"))
                """
            let resolved = "\(Page.root)/Package.resolved"
            #expect(try PackageFolder.run("python3", ["-c", script, resolved, file]).exit == .code(0))
            let compared = try PackageFolder.make("--compare", PackageFolder.file(".cdx.json"), "--resolved", file)
            #expect(compared.exit == .code(1), "\(compared)")
            #expect(compared.stderr.contains("belongs to no package of the resolved graph"), "\(compared)")
        }
    }
}
