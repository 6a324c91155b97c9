// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Testing

@Suite("An upgrade")
struct UpgradeTests {
    /// A data folder that an older Martlet made.
    private func place(_ schema: String) async throws -> Place {
        let place = try await Place("workers: 0")
        let data = place.folder.path("data")
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: false)
        let archive = "\(Product.root)/Fixtures/upgrades/\(schema).tar.gz"
        let unpacked = try await Program.run(["tar", "-xzf", archive, "-C", data, "--no-same-owner"])
        #expect(unpacked.status == 0, "\(unpacked.output)")
        return place
    }

    @Test(
        "keeps what an older Martlet kept, copies its database first, and lets it give the disk back",
        arguments: ["0003"])
    func letter(schema: String) async throws {
        let place = try await place(schema)
        let copy = place.folder.path("data/store/martlet.sqlite.before-upgrade")
        let exported = place.folder.path("ada")
        let result = try await place.run("person export ada@example.com", exported)
        #expect(result.output.hasPrefix("Exported: 1 letter or event, files "))
        let letters = try FileManager.default.contentsOfDirectory(atPath: exported).filter { $0.hasSuffix(".eml") }
        let letter = try String(contentsOfFile: "\(exported)/\(try #require(letters.first))", encoding: .utf8)
        #expect(
            letter.hasSuffix(
                "Subject: Kept by an older Martlet\r\nMessage-ID: <before@example.com>\r\n\r\nThis letter waits.\r\n"))
        let former = try Data(contentsOf: URL(fileURLWithPath: copy))
        // SQLite: file format, offset 52. Not 0 where pages can be given back.
        #expect(former[52..<56].allSatisfy { $0 == 0 })
        let database = try Data(contentsOf: URL(fileURLWithPath: place.folder.path("data/store/martlet.sqlite")))
        #expect(database[52..<56].contains { $0 != 0 })
        let server = try await place.serve(saying: "Console on ")
        #expect(try await place.run("doctor --offline").output.contains("well     The database is whole.\n"))
        #expect(server.stop() == 0)
    }
}
