// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// The scripts of `ostiary completions`, in real shells.
    @Suite struct Completions {
        private let directory: TemporaryDirectory

        init() throws { directory = try TemporaryDirectory() }

        private func script(for shell: String, _ name: String) throws -> String {
            let printed = try runCommand(["completions", shell])
            try #require(printed.exit == .code(0))
            let path = directory.file(name)
            try Data(printed.stdout.utf8).write(to: URL(filePath: path))
            return path
        }

        @Test("bash completes commands and flags, and offers nothing for an account")
        func bash() throws {
            let script = try script(for: "bash", "ostiary")
            let asked = """
                source '\(script)'
                complete_line() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
                    COMPREPLY=(); _ostiary "$1" "${@: -1}" "${@: -2:1}"; echo "${COMPREPLY[@]}"; }
                complete_line ostiary se; complete_line ostiary serve --por; complete_line ostiary users show ''
                """
            let bash = try Executable.required("bash", package: "bash")
            let result = try CommandResult(bash, ["--norc", "-c", asked], environment: Executable.inheritedEnvironment)
            #expect(result.stdout == "serve sessions settings\n--port\n\n", "\(result)")
        }

        @Test("zsh completes commands")
        func zsh() throws {
            _ = try script(for: "zsh", "_ostiary")
            // zsh completes only at a terminal, which zpty(1) makes.
            let asked = """
                zmodload zsh/zpty
                zpty shell 'zsh -f -i'
                zpty -w shell "PS1= fpath=('\(directory.path)' \\$fpath); autoload -U compinit; compinit -u -d \
                '\(directory.file("dump"))'; print rea''dy"
                zpty -r -m shell found '*ready*'
                zpty -w -n shell $'ostiary se\\t\\t'
                zpty -r -m shell found '*settings*'
                print -r -- $found
                zpty -d shell
                """
            let zsh = try Executable.required("zsh", package: "zsh")
            let result = try CommandResult(zsh, ["-f", "-c", asked], environment: Executable.inheritedEnvironment)
            for name in ["serve", "sessions", "settings"] { #expect(result.stdout.contains(name), "\(result)") }
        }

        @Test("fish has a script, and another shell is refused")
        func others() throws {
            #expect(try runCommand(["completions", "fish"]).stdout.contains("complete -c 'ostiary'"))
            #expect(try runCommand(["completions", "csh"]).exit == .code(64))
        }
    }
}
