// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// The files under `Fixtures/` that both packages share.
public enum Fixtures {
    /// One fixture: its name below the folder, without ending.
    public struct Name: Sendable, Hashable, CustomStringConvertible {
        public var path: String
        public var description: String { path }
    }

    /// The folder `Fixtures`.
    public static let folder: URL = {
        var url = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { url.deleteLastPathComponent() }
        return url.appendingPathComponent("Fixtures")
    }()

    /// The files with that ending below a folder of `Fixtures`, sorted: `names(in: "messages", ending: "eml")`.
    public static func names(in folder: String, ending: String) -> [Name] {
        let root = self.folder.appendingPathComponent(folder)
        let paths = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
        return paths.filter { $0.hasSuffix(".\(ending)") }.map {
            Name(path: "\(folder)/\($0.dropLast(ending.count + 1))")
        }
        .sorted { $0.path < $1.path }
    }

    public static func bytes(_ name: Name, ending: String) throws -> [UInt8] {
        [UInt8](try data(name, ending: ending))
    }

    public static func data(_ name: Name, ending: String) throws -> Data {
        try Data(contentsOf: folder.appendingPathComponent("\(name.path).\(ending)"))
    }

    /// The bytes of `Fixtures/PATH`.
    public static func bytes(at path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appendingPathComponent(path)))
    }
}
