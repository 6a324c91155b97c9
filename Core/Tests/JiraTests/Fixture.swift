// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A file below `Fixtures`, or below the reference folder.
enum Fixture {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures")

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appendingPathComponent(name)))
    }

    static func names(in name: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(name).path).sorted()
    }

    /// The folder of specifications and captures that is not part of the product.
    static let reference = ProcessInfo.processInfo.environment["MARTLET_REFERENCE"].map(URL.init(fileURLWithPath:))
}
