// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

// Core decides and cannot act: nothing here may depend on a package that opens a socket, a file or a database.

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

/// A target may depend only on targets above it in this list.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(of name: String, _ more: [Target.Dependency] = []) -> Target {
    .testTarget(name: "\(name)Tests", dependencies: [.target(name: name), "TestKit"] + more, swiftSettings: settings)
}

let package = Package(
    name: "Core",
    platforms: [.macOS(.v15)],
    products: ["MIME", "Grammars", "Markup", "Templates", "Jira", "Planning", "TestKit"].map {
        .library(name: $0, targets: [$0])
    },
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/swift-mustache.git", exact: "2.1.1")
    ],
    targets: [
        .systemLibrary(
            name: "CGumbo", pkgConfig: "gumbo", providers: [.apt(["libgumbo-dev"])]),
        module("MIME"),
        module("Grammars", ["MIME"]),
        module("Markup", ["CGumbo"]),
        module("Templates", ["Markup", .product(name: "Mustache", package: "swift-mustache")]),
        module("Jira", ["Markup"]),
        module("Planning", ["MIME", "Markup", "Templates", "Jira"]),
        module("TestKit"),
        tests(of: "MIME", ["Grammars"]),
        tests(of: "Markup"),
        tests(of: "Templates"),
        tests(of: "Jira", ["Markup"]),
        tests(of: "Planning", ["MIME", "Markup", "Templates", "Jira"]),
    ],
    swiftLanguageModes: [.v6]
)
