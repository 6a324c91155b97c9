// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

// Measured by Scripts/bench, which builds it in release and outside of the clone.

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "Benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [.package(path: "../Core")],
    targets: [
        .executableTarget(
            name: "decide",
            dependencies: ["MIME", "Jira", "Planning"].map { .product(name: $0, package: "Core") },
            swiftSettings: settings),
        .target(name: "Kit", swiftSettings: settings),
        .executableTarget(
            name: "mime", dependencies: ["Kit", .product(name: "MIME", package: "Core")], swiftSettings: settings),
        .executableTarget(
            name: "markup", dependencies: ["Kit"] + ["MIME", "Markup"].map { .product(name: $0, package: "Core") },
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
