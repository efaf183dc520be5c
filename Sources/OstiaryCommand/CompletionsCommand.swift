// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

struct CompletionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completions", abstract: "Print a script by which a shell completes commands and flags.",
        discussion: """
            For bash: ostiary completions bash > /usr/share/bash-completion/completions/ostiary
            For zsh: ostiary completions zsh > /usr/local/share/zsh/site-functions/_ostiary
            For fish: ostiary completions fish > ~/.config/fish/completions/ostiary.fish
            """)

    enum Shell: String, CaseIterable, ExpressibleByArgument {
        case bash, zsh, fish

        var completions: CompletionShell {
            switch self {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        }
    }

    @Argument(help: "The shell: bash, zsh or fish.")
    var shell: Shell

    func run() async throws {
        try await reportingFailures { try Terminal.print(OstiaryCommand.completionScript(for: shell.completions)) }
    }
}
