// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

// Facts that `make release` tells the program of its sources. The package manager's own knowledge of the commit
// (`Context.gitInformation`) stays in its cache with this file, and is wrong after the next commit.
let facts = ["OSTIARY_COMMIT", "OSTIARY_COMMIT_TIME", "OSTIARY_SWIFT"]

// Each dependency is named where it is used; docs/adr/0002-dependencies.md says what each one costs.
let package = Package(
    name: "ostiary",
    products: [
        .executable(name: "ostiary", targets: ["OstiaryCommand"]),
        .library(name: "Ostiary", targets: ["Ostiary"]),
        .library(name: "OstiaryTesting", targets: ["OstiaryTesting"]),
        .library(name: "OstiaryCore", targets: ["OstiaryCore"]),
        .library(name: "OstiarySQL", targets: ["OstiarySQL"]),
        .library(name: "OstiarySQLite", targets: ["OstiarySQLite"]),
        .library(name: "OstiaryPostgres", targets: ["OstiaryPostgres"]),
        .library(name: "OstiaryRedis", targets: ["OstiaryRedis"]),
        .library(name: "OstiaryMail", targets: ["OstiaryMail"]),
        .library(name: "OstiaryHTTP", targets: ["OstiaryHTTP"]),
        .library(name: "OstiaryWeb", targets: ["OstiaryWeb"]),
        .library(name: "OstiaryHummingbird", targets: ["OstiaryHummingbird"]),
        .library(name: "OstiaryServer", targets: ["OstiaryServer"]),
        .library(name: "OstiaryTestKit", targets: ["OstiaryTestKit"]),
        .library(name: "OstiaryClient", targets: ["OstiaryClient"]),
        .library(name: "OstiaryVerifier", targets: ["OstiaryVerifier"]),
        .library(name: "OstiaryVerifierHummingbird", targets: ["OstiaryVerifierHummingbird"]),
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    ],
    targets: [
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(name: "CCrypt", providers: [.apt(["libcrypt-dev"])]),
        .systemLibrary(name: "CGlibc"),
        .target(name: "CBuild", cSettings: facts.map { .define($0, to: "\"\(Context.environment[$0] ?? "")\"") }),
        .target(
            name: "OstiaryCore",
            dependencies: [
                "CCrypt", "CSodium",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
            ],
            swiftSettings: settings
        ),
        .target(name: "OstiarySQL", dependencies: ["OstiaryCore"], swiftSettings: settings),
        .target(
            name: "OstiarySQLite", dependencies: ["OstiarySQL", "OstiaryCore", "CSQLite"], swiftSettings: settings),
        .target(
            name: "OstiaryPostgres", dependencies: ["OstiarySQL", "OstiaryCore", "CPostgres"], swiftSettings: settings),
        .target(
            name: "OstiaryRedis",
            dependencies: [
                "OstiaryCore",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "OstiaryMail",
            dependencies: [
                "OstiaryCore", "CGlibc",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "OstiaryHTTP",
            dependencies: [
                "OstiaryCore",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "OstiaryWeb",
            dependencies: [
                "OstiaryCore", "OstiaryHTTP",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "OstiaryServer",
            dependencies: [
                "OstiaryCore", "OstiarySQL", "OstiarySQLite", "OstiaryPostgres", "OstiaryRedis", "OstiaryMail",
                "OstiaryHTTP", "OstiaryWeb", "CGlibc", "CBuild",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "OstiaryHummingbird",
            dependencies: [
                "OstiaryCore", "OstiaryHTTP",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "Ostiary",
            dependencies: [
                "OstiaryCore", "OstiaryHTTP", "OstiaryHummingbird", "OstiarySQL", "OstiaryServer",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "OstiaryTesting",
            dependencies: [
                "Ostiary", "OstiaryCore", "OstiaryServer",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "OstiaryCommand",
            dependencies: [
                "OstiaryServer", "OstiaryCore", "CGlibc",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        // The same sources as the packages of Examples build: without package access they see no more than a stranger's.
        .executableTarget(
            name: "Notes",
            dependencies: [
                "Ostiary",
                .product(name: "Hummingbird", package: "hummingbird"),
            ],
            path: "Examples/notes/Sources/Notes",
            packageAccess: false
        ),
        .executableTarget(
            name: "Embed",
            dependencies: [
                "Ostiary",
                .product(name: "Hummingbird", package: "hummingbird"),
            ],
            path: "Examples/embed/Sources/Embed",
            packageAccess: false
        ),
        // For applications that log in at a server: it shares no code with one.
        .target(
            name: "OstiaryClient",
            dependencies: [
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "OstiaryClientTests",
            dependencies: [
                "OstiaryClient", "OstiaryHTTP", "OstiaryTestSupport",
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            swiftSettings: settings
        ),
        // For applications that verify the tokens of a server by its public keys: it shares no code with one.
        .target(
            name: "OstiaryVerifier",
            dependencies: [
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "OstiaryVerifierHummingbird",
            dependencies: [
                "OstiaryVerifier",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "OstiaryVerifierTestSupport", dependencies: ["OstiaryVerifier", "OstiaryTestSupport"],
            path: "Tests/OstiaryVerifierTestSupport", exclude: ["Drivers"], swiftSettings: settings
        ),
        .testTarget(
            name: "OstiaryVerifierTests",
            dependencies: [
                "OstiaryCore", "OstiaryVerifier", "OstiaryVerifierHummingbird", "OstiaryTestSupport",
                "OstiaryVerifierTestSupport",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "Logging", package: "swift-log"),
            ],
            exclude: ["Drivers"],
            swiftSettings: settings
        ),
        // The same sources as Examples/client/Package.swift builds.
        .executableTarget(
            name: "Client", dependencies: ["OstiaryClient"], path: "Examples/client/Sources/Client",
            packageAccess: false, swiftSettings: settings
        ),
        // The programs of the documentation, run by tests.
        .executableTarget(
            name: "ClientPrograms", dependencies: ["OstiaryClient"], path: "Tests/OstiaryServerTests/Clients/Drivers",
            exclude: ["driver.mjs", "driver.py"], packageAccess: false, swiftSettings: settings
        ),
        .executableTarget(
            name: "OstiaryClientCost",
            dependencies: [
                "OstiaryClient",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            path: "Benchmarks/Client",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "OstiaryVerifierCost",
            dependencies: ["OstiaryVerifier", .product(name: "Crypto", package: "swift-crypto")],
            path: "Benchmarks/Verifier", swiftSettings: settings
        ),
        .executableTarget(
            name: "OstiaryFloors",
            dependencies: [
                "OstiaryCore", "OstiarySQL", "OstiarySQLite",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Benchmarks/Floors",
            swiftSettings: settings
        ),
        .target(name: "OstiaryTestKit", dependencies: ["OstiaryCore"], swiftSettings: settings),
        .target(
            name: "OstiaryTestSupport", dependencies: ["OstiaryCore"], path: "Tests/OstiaryTestSupport",
            exclude: ["Constance/constance.jsonl", "Django/worker.py"], swiftSettings: settings
        ),
        .testTarget(
            name: "OstiaryCoreTests",
            dependencies: [
                "OstiaryCore", "OstiaryTestKit", "OstiaryTestSupport",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "OstiarySQLiteTests",
            dependencies: ["OstiaryCore", "OstiarySQL", "OstiarySQLite", "OstiaryTestKit", "OstiaryTestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "OstiaryPostgresTests",
            dependencies: [
                "OstiaryCore", "OstiarySQL", "OstiarySQLite", "OstiaryPostgres", "OstiaryTestKit", "OstiaryTestSupport",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "OstiaryRedisTests",
            dependencies: [
                "OstiaryCore", "OstiaryRedis", "OstiaryTestKit", "OstiaryTestSupport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            exclude: ["Django"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "OstiaryMailTests",
            dependencies: [
                "OstiaryCore", "OstiaryMail", "OstiaryTestSupport",
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            exclude: ["Peers/Drivers"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "OstiaryWebTests",
            dependencies: [
                "OstiaryCore", "OstiaryHTTP", "OstiaryWeb", "OstiaryTestKit",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "OstiaryHTTPTests",
            dependencies: [
                "OstiaryCore", "OstiaryHTTP", "OstiaryTestKit",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        // Without package access, as the tests of an application are.
        .testTarget(
            name: "OstiaryTests",
            dependencies: [
                "Ostiary", "OstiaryTesting",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            packageAccess: false,
            swiftSettings: settings
        ),
        .testTarget(
            name: "OstiaryServerTests",
            dependencies: [
                "OstiaryServer", "OstiaryCore", "OstiaryHTTP", "OstiaryMail", "OstiarySQL", "OstiarySQLite",
                "OstiaryTestSupport", "OstiaryVerifierTestSupport", "OstiaryClient", "OstiaryCommand", "Notes", "Embed",
                "Client", "ClientPrograms",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "Logging", package: "swift-log"),
            ],
            exclude: [
                "Contract/samples.jsonl", "Clients/Drivers", "Import/Drivers", "Packaging/Drivers", "Pages/Browser",
                "Keys/Drivers", "Schema/Drivers", "Takeover/Django", "Takeover/facts.json",
            ],
            swiftSettings: settings
        ),
    ],
    swiftLanguageModes: [.v6]
)

// `make quick` builds the tests that need no server and no tool, and what they need.
if Context.environment["OSTIARY_QUICK"] != nil {
    let quick = ["Core", "SQL", "SQLite", "HTTP", "Web", "TestKit", "TestSupport"].map { "Ostiary\($0)" }
    let kept = quick + quick.map { "\($0)Tests" } + ["CCrypt", "CSodium", "CSQLite"]
    package.targets.removeAll { !kept.contains($0.name) }
    package.products.removeAll { !kept.contains($0.name) }
}
