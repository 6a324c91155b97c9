// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Testing

@Suite(
    "Connecting a Jira by the command line", .timeLimit(.minutes(2)),
    .enabled(if: Program.exists("python3"), "needs python3"))
struct ConnectCommandTests {
    /// A person who reads what is printed, opens the address, answers there and pastes what the browser shows then.
    private static let person = #"""
        import re, subprocess, sys, urllib.error, urllib.parse, urllib.request

        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *rest):
                return None

        answer, command = sys.argv[1], sys.argv[2:]
        martlet = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        address = None
        for line in martlet.stdout:
            if line.startswith("http"):
                address = line.strip()
            if address is None:
                print(line, end="")
            if line.startswith("Copy the whole address"):
                break
        page = urllib.request.urlopen(address).read().decode()
        token = re.search('name="token" value="([^"]+)"', page).group(1)
        form = urllib.parse.urlencode({"token": token, "answer": answer}).encode()
        try:
            urllib.request.build_opener(Stay).open(address, form)
        except urllib.error.HTTPError as redirect:
            back = redirect.headers["Location"]
        print(martlet.communicate(back + "\n")[0], end="")
        sys.exit(martlet.returncode)
        """#

    private func withTenant(_ body: (Place, _ jira: String) async throws -> Void) async throws {
        let place = try await Place()
        let (port, mail) = (try await freePort(), try await freePort())
        let sandbox = try await ServerProcess.start(
            [Product.path, "sandbox", "--port", "\(port)", "--smtp-port", "\(mail)"], in: place.folder,
            listeningOn: port)
        defer { sandbox.stop() }
        let jira = "http://127.0.0.1:\(port)"
        let setup = try place.folder.write(
            """
            version: 1
            connections:
              - {id: jira, site: "\(jira)", allowsPrivateAddress: true,
                 oauth: {client: sandbox-app, issuer: "\(jira)", gateway: "\(jira)"}}
            secrets:
              - {connection: jira, name: client-secret, environment: SANDBOX_SECRET}

            """, to: "setup.yaml")
        #expect(try await place.run("tenant add", "acme").status == 0)
        let applied = try await Program.run(
            [Product.path, "apply", "--config", place.settings, setup],
            environment: ["SANDBOX_SECRET": "sandbox-app-secret"])
        #expect(applied.status == 0, "\(applied.output)")
        try await body(place, jira)
    }

    private func connect(_ place: Place, answering answer: String) async throws -> Program.Result {
        try await Program.run([
            "python3", "-c", Self.person, answer, Product.path, "tenant", "connect", "--config", place.settings,
        ])
    }

    @Test("asks for the address that the browser came back to, and works with what it brought")
    func connects() async throws {
        try await withTenant { place, jira in
            let result = try await connect(place, answering: "yes")
            #expect(
                result.output == """
                    Open this address as the person whose account Martlet is to use, and say yes:

                    jira: connected to \(jira).

                    """)
            #expect(result.status == 0)
            let checked = try await place.run("tenant check")
            #expect(checked.output.contains("Mail Handler"), "\(checked.output)")
        }
    }

    @Test("says so when the person says no, or nothing is pasted")
    func refuses() async throws {
        try await withTenant { place, _ in
            let no = try await connect(place, answering: "no")
            #expect(
                no.output.contains("The consent was not given (User did not authorize the request)."), "\(no.output)")
            #expect(no.status != 0)
            let nothing = try await place.run("tenant connect")
            #expect(
                nothing.output.contains("This is not the answer to the question that was asked: begin anew."),
                "\(nothing.output)")
            #expect(nothing.status != 0)
        }
    }
}
