// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// What nothing built on the same parts can be faster than: what the server is compared with, in the same run.
@main
struct Floors: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Floors for the benchmark of the server.",
        subcommands: [ConstantRoute.self, BareNIO.self, RawHashes.self, RawCommits.self]
    )
}
