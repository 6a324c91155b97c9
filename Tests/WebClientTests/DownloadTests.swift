// SPDX-License-Identifier: Apache-2.0

import Fakes
import Foundation
import Jira
import Markup
import NIOCore
import Sandbox
import Synchronization
import Testing
import Vault

@testable import WebClient

@Suite("A download")
struct DownloadTests {
    /// What came of a file.
    final class Received: Sendable {
        struct Full: Error {}

        private let kept = Mutex(ByteBuffer())
        private let most: Int

        init(most: Int = .max) {
            self.most = most
        }

        var text: String { kept.withLock { String(buffer: $0) } }

        @Sendable
        func take(_ piece: ByteBuffer) throws {
            try kept.withLock { kept in
                kept.writeImmutableBuffer(piece)
                if kept.readableBytes > most { throw Full() }
            }
        }
    }

    private let picture = Jira.Attachment(
        id: AttachmentID("10500")!, fileName: "a picture.png", mediaType: "image/png", size: 3)
    private var download: Download { Download(picture) }

    /// A site that leads elsewhere, and the server to which it leads.
    private func withRedirect(
        by scheme: String = "http", to path: String = "", as host: String = "127.0.0.1",
        _ body: (JiraSite, ScriptedHTTPServer) async throws -> Void
    ) async throws {
        let other = try await ScriptedHTTPServer.start(.answer(200, body: "the bytes"))
        let server = try await ScriptedHTTPServer.start(
            .answer(303, headers: [("Location", "\(scheme)://127.0.0.1:\(other.port)\(path)")]))
        try await withSite(at: "http://\(host):\(server.port)") { site in try await body(site, other) }
        try await server.stop()
        try await other.stop()
    }

    @Test("arrives byte for byte, and is asked for in one call")
    func arrives() async throws {
        let text = (0..<50_000).map { "\($0) " }.joined()
        try await withSite(answering: .answer(200, body: text)) { site, server in
            let received = Received()
            #expect(try await site.perform(download, atMost: 1 << 20, into: received.take) == text.utf8.count)
            #expect(received.text == text)
            let request = try #require(server.received.first)
            #expect(request.method == "GET")
            #expect(request.target == "/rest/api/3/attachment/content/10500?redirect=false")
            #expect(request.header("Authorization")?.hasPrefix("Basic ") == true)
            #expect(server.received.count == 1)
        }
    }

    @Test("comes from where the site leads, which is not told who asks")
    func isLed() async throws {
        try await withRedirect(to: "/media/1?token=x") { site, other in
            let received = Received()
            #expect(try await site.perform(download, atMost: 9, into: received.take) == 9)
            #expect(received.text == "the bytes")
            let request = try #require(other.received.first)
            #expect(request.target == "/media/1?token=x")
            #expect(request.header("Authorization") == nil && request.header("Cookie") == nil)
        }
    }

    @Test("follows a site into no private network in which the site itself is not")
    func isGuarded() async throws {
        try await withRedirect(by: "https", as: "localhost") { site, other in
            let error = try await failure { try await site.perform(download, atMost: 9, into: Received().take) }
            #expect(error?.code == .privateAddress)
            #expect(other.connectionCount == 0)
        }
    }

    @Test("follows no site to an unprotected address elsewhere, nor round and round")
    func isNotLed() async throws {
        let words = "The site's address leads to another address, which is not followed (303)."
        try await withRedirect(as: "localhost") { site, other in
            let error = try await failure { try await site.perform(download, atMost: 9, into: Received().take) }
            #expect(error?.code == .badAnswer && error?.said == words)
            #expect(other.received.isEmpty)
        }
        for place in ["/again", "file:///etc/passwd", "https://nora:pw@127.0.0.1/"] {
            let server = try await ScriptedHTTPServer.start(.answer(303, headers: [("Location", place)]))
            try await withSite(at: server.address) { site in
                let error = try await failure { try await site.perform(download, atMost: 9, into: Received().take) }
                #expect(error?.said == words)
                #expect(server.received.count == (place == "/again" ? 4 : 1), "\(place)")
            }
            try await server.stop()
        }
    }

    @Test(
        "of more than it may have is ended, whether its length was told or not",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n\(String(repeating: "x", count: 2000))",
            "HTTP/1.1 200 OK\r\n\r\n\(String(repeating: "x", count: 2000))",
        ])
    func isBounded(answer: String) async throws {
        try await withSite(answering: .lastBytes(answer)) { site, _ in
            let received = Received()
            let error = try await failure { try await site.perform(download, atMost: 1000, into: received.take) }
            #expect(error?.code == .tooLarge && error?.retry == .never)
            #expect(error?.said == "The file has more than the 1000 bytes that may be read.")
            #expect(received.text.utf8.count <= 1000)
            #expect(try await site.perform(download, atMost: 2000, into: received.take) == 2000)
        }
    }

    @Test("that is cut short, or stops coming, is no file")
    func isCut() async throws {
        let beginning = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"
        try await withSite(answering: .lastBytes(beginning)) { site, _ in
            let error = try await failure { try await site.perform(download, atMost: 1000, into: Received().take) }
            #expect(error?.code == .unreachable && error?.retry == .soon)
        }
        try await withSite(time: .milliseconds(300), answering: .bytes(beginning)) { site, _ in
            let error = try await failure { try await site.perform(download, atMost: 1000, into: Received().take) }
            #expect(error?.code == .timeout)
        }
    }

    @Test("that nobody takes to its end ends with the taker's own error")
    func isNotTaken() async throws {
        try await withSite(answering: .answer(200, body: String(repeating: "x", count: 100_000))) { site, _ in
            _ = await #expect(throws: Received.Full.self) {
                try await site.perform(download, atMost: 1 << 20, into: Received(most: 10).take)
            }
        }
    }

    @Test(
        "of what is not there is Jira's refusal", arguments: [(404, WebClientError.Code.notFound), (403, .forbidden)])
    func isRefused(status: Int, code: WebClientError.Code) async throws {
        try await withSite(answering: .answer(status, body: #"{"errorMessages":["No."],"errors":{}}"#)) { site, _ in
            let received = Received()
            let error = try await failure { try await site.perform(download, atMost: 9, into: received.take) }
            #expect(error?.code == code && error?.objections.messages == ["No."])
            #expect(received.text.isEmpty)
        }
    }

    @Test("gives what was uploaded, as the stand-in keeps it")
    func givesWhatWasUploaded() async throws {
        let settings = SandboxConfiguration()
        let sandbox = try await Sandbox.start(settings)
        let connections = HTTPConnections()
        let site = JiraSite(
            connection: SiteConnection(
                address: SiteAddress(sandbox.jiraURL.absoluteString)!,
                credentials: .account(settings.apiUser, Secret(settings.apiToken)), reach: .anywhere),
            over: connections)
        let made = try await site.perform(
            .createIssue(fields: ["project": ["key": "HELP"], "issuetype": ["name": "Task"], "summary": "A picture"]))
        let frames = UploadTests.Frames(48, of: 65_536)
        let upload = Upload(FileName(fitting: "a picture.png"), mediaType: "image/png", to: .id(made.id))
        let file = try #require(try await site.perform(upload, body: frames, length: frames.length).first)
        let sum = Mutex((bytes: 0, first: [UInt8]()))
        let count = try await site.perform(Download(file), atMost: frames.length) { piece in
            sum.withLock { sum in
                sum.bytes += piece.readableBytes
                sum.first += piece.readableBytesView.prefix(1)
            }
        }
        #expect(count == frames.length && sum.withLock(\.bytes) == frames.length)
        try await connections.close()
        await sandbox.stop()
    }
}
