// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Testing

@Suite("The commands of backups")
struct BackupCommandTests {
    @Test("bring all back on another machine, given the master key")
    func roundTrip() async throws {
        let place = try await Place()
        try await place.applySetup()
        let elsewhere = try TemporaryFolder()
        let nothing = try await Place()
        let early = try await nothing.run("backup", elsewhere.path("data"), "--keys", elsewhere.path("keys"))
        #expect(early.output.hasSuffix("The master key is not here. It is in no backup: put it here first.\n"))
        #expect(early.status == 78)
        let (data, keys) = (elsewhere.path("data"), elsewhere.path("keys"))
        let made = try await place.run("backup", data, "--keys", keys)
        #expect(made.output == "Backed up: rows 7, files copied 0. Keys: \(keys)\n")
        #expect(try FileManager.default.attributesOfItem(atPath: keys)[.posixPermissions] as? Int == 0o600)

        let other = try await Place()
        let keyless = try await other.run("restore", data, "--keys", keys)
        let master = other.folder.path("data/master.key")
        #expect(
            keyless.output == "martlet: \(master): The master key is not here. It is in no backup: put it here first.\n"
        )
        #expect(keyless.status == 78)
        try FileManager.default.createDirectory(
            atPath: other.folder.path("data"), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700]
        )
        try FileManager.default.copyItem(atPath: place.folder.path("data/master.key"), toPath: master)
        let restored = try await other.run("restore", data, "--keys", keys)
        #expect(restored.output == "Restored: 1 tenant, rows 7, files 0.\n")
        #expect(try await other.run("export").output == place.run("export").output)
        #expect(try await other.run("audit trail", "--operators").output.contains("  restore  \n"))
        #expect(try await other.run("audit verify").status == 0)
        let again = try await other.run("restore", data, "--keys", keys)
        #expect(again.output == "martlet: \(other.folder.path("data/keys")): There is a key store already.\n")
    }

    @Test("P4 say which tenant was removed since, and do not bring it back")
    func removed() async throws {
        let place = try await Place()
        #expect(try await place.run("tenant add acme").status == 0)
        let elsewhere = try TemporaryFolder()
        let keys = elsewhere.path("keys")
        #expect(try await place.run("backup", elsewhere.path("old"), "--keys", keys).status == 0)
        #expect(try await place.run("tenant remove acme", "--sure", "acme").status == 0)
        #expect(try await place.run("backup", elsewhere.path("new"), "--keys", keys).status == 0)
        let other = try await Place()
        try FileManager.default.createDirectory(
            atPath: other.folder.path("data"), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700]
        )
        try FileManager.default.copyItem(
            atPath: place.folder.path("data/master.key"), toPath: other.folder.path("data/master.key"))
        let restored = try await other.run("restore", elsewhere.path("old"), "--keys", keys)
        #expect(
            restored.output.hasSuffix(
                "The tenant acme was removed after this backup was made, and does not come back.\n"))
        #expect(try await other.run("tenant list").output == "default  Default\n")
    }

    @Test("keep the keys out of the folder of the data")
    func apart() async throws {
        let place = try await Place()
        #expect(try await place.run("tenant list").status == 0)
        let folder = place.folder.path("backup")
        let result = try await place.run("backup", folder, "--keys", "\(folder)/keys")
        #expect(
            result.output == "martlet: \(folder)/keys: The keys do not belong into the folder of the data: "
                + "who has both and the master key reads all.\n")
        #expect(result.status == 78)
        let inside = try await place.run("backup", place.folder.path("data/backup"), "--keys", "\(folder).keys")
        #expect(inside.output.hasSuffix("data/backup: A backup does not belong into the data folder itself.\n"))
    }

    @Test("write over no file but a copy of the same keys, and before anything else is done")
    func nothingLost() async throws {
        let place = try await Place()
        let master = place.folder.path("master.key")
        try place.folder.write(
            "data: \(place.folder.path("data"))\nmasterKey: {file: \(master)}\n", to: "martlet.yaml")
        #expect(try await place.run("tenant list").status == 0)
        let before = FileManager.default.contents(atPath: master)
        let (folder, link) = (place.folder.path("backup"), place.folder.path("link"))
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: master)
        for path in [master, link] {
            let result = try await place.run("backup", folder, "--keys", path)
            #expect(
                result.output
                    == "martlet: \(master): This is the master key: a copy of the key store would destroy it.\n")
            #expect(result.status == 78)
        }
        let notes = try place.folder.write("Shopping: eggs\n", to: "notes")
        let other = try await place.run("backup", folder, "--keys", notes)
        #expect(other.output == "martlet: The file \(notes) is no copy of this key store, and is not written over.\n")
        #expect(other.status == 74)
        #expect(FileManager.default.contents(atPath: master) == before)
        #expect(try String(contentsOfFile: notes, encoding: .utf8) == "Shopping: eggs\n")
        #expect(!FileManager.default.fileExists(atPath: folder))
        let keys = place.folder.path("keys")
        for _ in 1...2 { #expect(try await place.run("backup", folder, "--keys", keys).status == 0) }
    }
}
