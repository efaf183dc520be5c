// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

let package = Package(
    name: "client",
    dependencies: [
        // An application of your own names Ostiary by its address and a version.
        .package(name: "ostiary", path: "../..")
    ],
    targets: [
        .executableTarget(name: "Client", dependencies: [.product(name: "OstiaryClient", package: "ostiary")])
    ],
    swiftLanguageModes: [.v6]
)
