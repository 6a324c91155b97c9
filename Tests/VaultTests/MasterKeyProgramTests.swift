// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Testing

@testable import Vault

@Suite("A program that fetches the master key")
struct MasterKeyProgramTests {
    private let key = String(repeating: "5a", count: 32)

    private func shell(_ script: String) -> [String] { ["/bin/sh", "-c", script] }

    /// What is said of it, and nothing that the program printed.
    private func words(_ command: [String], within limit: Duration = .seconds(30)) -> String? {
        let error = #expect(throws: VaultError.self) { try MasterKey.fetch(by: command, within: limit) }
        #expect(error?.debugDescription.contains("plover") == false)
        #expect(error?.retry == .never)
        return error?.description
    }

    @Test("gets its arguments as they are written, and prints the key in hex or in base64")
    func fetched() throws {
        #expect(try MasterKey.fetch(by: ["/bin/echo", key]) == MasterKey(text: key))
        #expect(
            try MasterKey.fetch(by: ["/usr/bin/printf", "%s", "WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo="])
                == MasterKey(text: key))
        let invalid =
            "What the program /bin/echo printed is no master key: that is 32 bytes, written as 64 hex digits or in base64."
        #expect(words(["/bin/echo", "$(printf plover)"]) == invalid)
        #expect(words(["/bin/echo"]) == invalid)
    }

    @Test("finds its own environment, an empty input, and no file of ours")
    func surroundings() throws {
        let folder = try TemporaryFolder()
        let ours = try SystemFile(folder.path("ours"), O_RDWR | O_CREAT)
        _ = fcntl(ours.descriptor, F_SETFD, 0)
        let script = """
            test -n "$PATH" && test -z "$(cat)" && test ! -e /proc/self/fd/\(ours.descriptor) && echo \(key)
            """
        #expect(try MasterKey.fetch(by: shell(script)) == MasterKey(text: key))
    }

    @Test(
        "that fails is told of by its status, and by nothing that it said",
        arguments: [
            ("echo plover; echo plover >&2; exit 1", "failed with status 1."),
            ("echo plover >&2; kill -9 $$", "was ended by signal 9."),
            ("echo plover; head -c 2000 /dev/zero", "printed more than 1 KB, and was ended."),
            ("while echo plover; do :; done", "printed more than 1 KB, and was ended."),
        ])
    func fails(script: String, end: String) {
        #expect(words(shell(script)) == "The program /bin/sh, which fetches the master key, \(end)")
    }

    @Test(
        "that does not end is ended",
        arguments: ["sleep 1000", "echo plover; exec sleep 1000", "echo plover; exec >&- 2>&-; sleep 1000"])
    func hangs(script: String) {
        #expect(
            words(shell(script), within: .milliseconds(200))
                == "The program /bin/sh, which fetches the master key, did not end within 0.2 seconds, and was ended.")
    }

    @Test("is named by its whole path, and must be there")
    func unnamed() {
        for command in [["fetch-key"], ["./fetch-key"], [""], []] {
            #expect(
                words(command) == "The program that fetches the master key needs its whole path: "
                    + "\"\(command.first ?? "")\" is none.")
        }
        #expect(
            words(["/nowhere/fetch-key"]) == "The program /nowhere/fetch-key, which fetches the master key, "
                + "cannot be started: No such file or directory.")
    }
}
