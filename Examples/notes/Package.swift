// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

let package = Package(
    name: "notes",
    dependencies: [
        // An application of your own names Ostiary by its address and a version.
        .package(name: "ostiary", path: "../.."),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    ],
    targets: [
        .executableTarget(
            name: "Notes",
            dependencies: [
                .product(name: "OstiaryCore", package: "ostiary"),
                .product(name: "OstiaryHTTP", package: "ostiary"),
                .product(name: "OstiaryHummingbird", package: "ostiary"),
                .product(name: "OstiaryServer", package: "ostiary"),
                .product(name: "OstiarySQL", package: "ostiary"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ]
        )
    ],
    swiftLanguageModes: [.v6]
)
