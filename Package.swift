// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

func core(_ names: String...) -> [Target.Dependency] {
    names.map { .product(name: $0, package: "Core") }
}

func nio(_ names: String...) -> [Target.Dependency] {
    names.map { .product(name: $0, package: "swift-nio") }
}

/// A target may depend only on targets above it in this list.
func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(of name: String, _ more: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: [.target(name: name), "Fakes", "LocalServers"] + core("TestKit") + more,
        swiftSettings: settings)
}

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTLS: Target.Dependency = .product(name: "HummingbirdTLS", package: "hummingbird")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")

let package = Package(
    name: "martlet",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "martlet", targets: ["martlet"])],
    dependencies: [
        .package(path: "Core"),
        .package(
            url: "https://github.com/hummingbird-project/hummingbird.git", exact: "2.28.1", traits: ["FullFoundation"]),
        .package(url: "https://github.com/groue/GRDB.swift.git", exact: "7.10.0"),
        .package(url: "https://github.com/apple/swift-nio.git", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", exact: "2.37.6"),
        .package(url: "https://github.com/apple/swift-nio-http2.git", exact: "1.46.0"),
        .package(url: "https://github.com/apple/swift-http-types.git", exact: "1.8.0"),
        .package(url: "https://github.com/swift-server/async-http-client.git", exact: "1.37.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log.git", exact: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", exact: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams.git", exact: "6.2.2"),
    ],
    targets: [
        module(
            "Vault",
            [
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ]),
        module(
            "MailTransport",
            core("MIME") + nio("NIOCore", "NIOPosix", "NIOTLS", "NIOConcurrencyHelpers", "NIOFoundationCompat") + [
                nioSSL, logging, "Vault",
            ]),
        module(
            "WebClient",
            core("Jira", "Markup") + nio("NIOCore", "NIOPosix", "NIOHTTP1", "NIOFoundationCompat") + [
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"), nioSSL, logging, "Vault",
            ]),
        .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        module(
            "Store",
            core("MIME", "Planning") + [
                .product(name: "GRDB", package: "GRDB.swift"), logging, "Vault", "WebClient", "CPostgreSQL",
            ]),
        module(
            "Engine",
            core("MIME", "Markup", "Templates", "Jira", "Planning") + nio("NIOCore") + [
                logging, "Vault", "MailTransport", "WebClient", "Store",
            ]),
        module(
            "Console",
            core("MIME", "Markup", "Templates", "Jira", "Planning") + nio("NIOCore") + [
                hummingbird, hummingbirdCore, hummingbirdTLS, nioSSL, logging, lifecycle,
                .product(name: "HTTPTypes", package: "swift-http-types"),
                "Vault", "MailTransport", "WebClient", "Store", "Engine",
            ]),
        module(
            "Sandbox",
            core("MIME", "Markup", "Templates", "Jira") + nio("NIOCore", "NIOHTTP1") + [
                hummingbird, logging, lifecycle, .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "GRDB", package: "GRDB.swift"), "Vault", "MailTransport", "WebClient",
            ]),
        module("LocalServers", nio("NIOCore", "NIOPosix")),
        .executableTarget(
            name: "martlet",
            dependencies: core("MIME", "Markup", "Jira", "Planning") + nio("NIOCore", "NIOPosix") + [
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
                logging, nioSSL, "Vault", "Store", "MailTransport", "WebClient", "Engine", "Console", "Sandbox",
                "LocalServers",
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "keeping-bench",
            dependencies: core("Planning") + [.product(name: "GRDB", package: "GRDB.swift"), "Vault", "Store"],
            path: "Benchmarks/Keeping", swiftSettings: settings),
        .executableTarget(
            name: "jira-bench",
            dependencies: core("Jira") + nio("NIOCore", "NIOHTTP1") + [
                hummingbird, .product(name: "HummingbirdHTTP2", package: "hummingbird"), nioSSL, logging,
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"), "Vault", "WebClient", "Fakes",
                "LocalServers",
            ],
            path: "Benchmarks/Jira", swiftSettings: settings),
        module(
            "Fakes",
            nio("NIOCore", "NIOPosix", "NIOHTTP1", "NIOFoundationCompat") + [
                .product(name: "AsyncHTTPClient", package: "async-http-client"), logging, "LocalServers",
            ]),
        module("TestStores", ["Vault", "WebClient", "Store", "LocalServers"]),
        tests(of: "Vault"),
        tests(
            of: "Store",
            core("Planning") + [
                .product(name: "GRDB", package: "GRDB.swift"), "Vault", "WebClient", "TestStores",
            ]),
        tests(of: "MailTransport", core("MIME") + nio("NIOCore", "NIOPosix", "NIOEmbedded") + [nioSSL, logging]),
        tests(
            of: "WebClient",
            core("Jira", "Markup") + nio("NIOCore", "NIOHTTP1") + [
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HTTPTypes", package: "swift-http-types"), hummingbird,
                .product(name: "HummingbirdHTTP2", package: "hummingbird"), lifecycle, logging, nioSSL, "Vault",
                "Sandbox",
            ]),
        tests(
            of: "Engine",
            core("MIME", "Markup", "Templates", "Jira", "Planning") + nio("NIOCore", "NIOHTTP1") + [
                .product(name: "AsyncHTTPClient", package: "async-http-client"), "Vault", "Store", "MailTransport",
                "WebClient", "Sandbox", "TestStores",
            ]),
        tests(
            of: "Console",
            core("Jira", "Planning") + nio("NIOCore") + [
                "Vault", "Store", "Engine", "WebClient", "TestStores", logging, nioSSL, hummingbird,
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
            ]),
        tests(
            of: "Sandbox",
            core("MIME", "Markup", "Jira") + nio("NIOCore", "NIOHTTP1") + [
                hummingbird, .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "GRDB", package: "GRDB.swift"), "Vault", "MailTransport", "WebClient",
            ]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["martlet", "LocalServers", "TestStores", "Store", "Vault"] + core("Planning"),
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
