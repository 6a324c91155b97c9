// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Testing

@Suite("The sandbox by the command line", .timeLimit(.minutes(2)))
struct SandboxCommandTests {
    /// Starts a sandbox, makes issues, kills it at once behind the last answer, starts it again and shows what is there.
    private static let rehearsal = #"""
        import base64, json, re, subprocess, sys, urllib.request

        command = sys.argv[1:]

        def start():
            process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            for line in process.stdout:
                found = re.search("pages and REST +(http\\S+)", line)
                if found:
                    return process, found.group(1)

        def call(address, body=None):
            token = base64.b64encode(b"mail-handler@example.com:sandbox-token").decode()
            headers = {"Authorization": "Basic " + token, "Content-Type": "application/json"}
            data = None if body is None else json.dumps(body).encode()
            return json.load(urllib.request.urlopen(urllib.request.Request(address, data, headers)))

        process, site = start()
        for number in range(20):
            fields = {"project": {"key": "HELP"}, "issuetype": {"name": "Task"}, "summary": f"No. {number + 1}"}
            call(site + "/rest/api/3/issue", {"fields": fields})
        process.kill()
        process.wait()
        process, site = start()
        issues = call(site + "/sandbox/counts")["issues"]
        print(len(issues), issues[-1]["key"], issues[-1]["summary"])
        process.terminate()
        print(process.wait())
        """#

    @Test("has all that it answered, after it was killed", .enabled(if: Program.exists("python3"), "needs python3"))
    func outlivesKill() async throws {
        let folder = try TemporaryFolder()
        let result = try await Program.run([
            "python3", "-c", Self.rehearsal, Product.path, "sandbox", "--port", "0", "--smtp-port", "0", "--database",
            folder.path("state.sqlite"),
        ])
        #expect(result.output == "20 HELP-20 No. 20\n0\n")
    }

    @Test("says in words why it cannot use a file")
    func refusesFile() async throws {
        let folder = try TemporaryFolder()
        try folder.write("Not a database, but a text that is as long as its head.", to: "letter.txt")
        let result = try await Product.run(
            "sandbox", "--port", "0", "--smtp-port", "0", "--database", folder.path("letter.txt"))
        #expect(result.status != 0)
        #expect(result.output.contains("\(folder.path("letter.txt")) is no state of a sandbox."), "\(result.output)")
    }
}
