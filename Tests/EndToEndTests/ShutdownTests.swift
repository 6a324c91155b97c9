// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Testing

@Suite("A process that is asked to end")
struct ShutdownTests {
    @Test(
        "closes its doors first, takes the letter that is being brought, and leaves what it works on to the next start")
    func order() async throws {
        let place = try await Place()
        let jira = try await freePort()
        let sandbox = try await ServerProcess.start(
            [Product.path, "sandbox", "--port", "\(jira)", "--smtp-port", "\(try await freePort())"],
            in: try TemporaryFolder(), listeningOn: jira)
        defer { sandbox.stop() }
        #expect(try await place.run("tenant list").status == 0)
        try await place.applySandbox(on: jira)
        func ask(_ path: String, _ more: String...) async throws -> String {
            try await Program.run(["curl", "-s", "http://127.0.0.1:\(jira)/sandbox/\(path)"] + more).output
        }
        func issues() async throws -> Int? {
            try await ask("counts").firstMatch(of: #/"issueCount":\s*(\d+)/#).flatMap { Int($0.1) }
        }
        let before = try #require(try await issues())
        // Longer than anything here waits: the issue is made at once, and the answer does not come.
        let fault = #"{"fault": "delay", "method": "POST", "path": "/rest/api/3/issue", "delayMilliseconds": 600000}"#
        #expect(try await ask("faults", "-d", fault, "-H", "Content-Type: application/json").contains("\"delay\""))

        let server = try await place.serve()
        try await place.sendLetter("Worked")
        var made: Int? = before
        for _ in 0..<500 where made == before { made = try await issues() }
        #expect(made == before + 1)
        let line = try SMTPLine(port: place.smtpPort)
        for command in ["EHLO there", "MAIL FROM:<ada@example.com>", "RCPT TO:<support@example.com>"] {
            #expect(try line.ask(command).hasPrefix("250"))
        }
        #expect(try line.ask("DATA").hasPrefix("354"))
        try line.say("From: ada@example.com\r\nTo: support@example.com\r\nSubject: Brought\r\n")

        let ending = Task { await server.ended() }
        var isOpen = true
        // Each time a program is started, which is pause enough.
        for _ in 0..<300 where isOpen {
            // 7: nobody listens there.
            isOpen = try await Program.run(["curl", "-s", "-m", "1", "smtp://127.0.0.1:\(place.smtpPort)"]).status != 7
        }
        #expect(!isOpen)
        #expect(try line.ask("\r\nHello\r\n.").hasPrefix("250 2.0.0 Kept as "))
        #expect(try line.hear().hasPrefix("421 "))
        #expect(await ending.value == 0)

        let again = try await place.serve(saying: "Console on ")
        try await place.waitForRecord(of: "Worked")
        try await place.waitForRecord(of: "Brought")
        #expect(again.stop() == 0)
        #expect(try await issues() == before + 2)
    }
}

extension ServerProcess {
    /// Asks it to end, and gives its status.
    func ended() async -> Int32 {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: self.stop()) }
        }
    }
}

/// A line to an SMTP server on this machine, over which a test says what it likes when it likes.
private final class SMTPLine {
    private let socket: Int32
    private var heard: [UInt8] = []

    init(port: Int) throws {
        socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0, try hear().hasPrefix("220 ") else { throw Silence() }
    }

    deinit { close(socket) }

    struct Silence: Error {}

    func say(_ text: String) throws {
        let bytes = Array(text.utf8)
        guard send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { throw Silence() }
    }

    func ask(_ command: String) throws -> String {
        try say(command + "\r\n")
        return try hear()
    }

    /// The last line of a reply.
    func hear() throws -> String {
        while true {
            while let end = heard.firstIndex(of: 0x0A) {
                let line = String(decoding: heard[..<end], as: UTF8.self).trimmingCharacters(in: .newlines)
                heard.removeSubrange(...end)
                if line.dropFirst(3).first != "-" { return line }
            }
            var piece = [UInt8](repeating: 0, count: 1_024)
            let count = recv(socket, &piece, piece.count, 0)
            guard count > 0 else { throw Silence() }
            heard += piece.prefix(count)
        }
    }
}
