// SPDX-License-Identifier: Apache-2.0

import Fakes
import Jira
import NIOCore
import Synchronization
import Testing

@testable import WebClient

@Suite("An upload")
struct UploadTests {
    private static let answer = #"[{"id":"10500","filename":"a.png","size":3,"mimeType":"image/png"}]"#

    /// Gives a number of frames and counts those that were asked for.
    final class Frames: AsyncSequence, Sendable {
        typealias Element = ByteBuffer
        struct Broken: Error {}

        let frames: Int
        let size: Int
        let breaksAt: Int?
        private let given = Mutex(0)

        init(_ frames: Int, of size: Int, breaksAt: Int? = nil) {
            self.frames = frames
            self.size = size
            self.breaksAt = breaksAt
        }

        var count: Int { given.withLock { $0 } }
        var length: Int { frames * size }

        func makeAsyncIterator() -> Iterator { Iterator(frames: self) }

        fileprivate func next() throws -> ByteBuffer? {
            let index = given.withLock { given in
                given += 1
                return given
            }
            if index == breaksAt { throw Broken() }
            return index > frames ? nil : ByteBuffer(repeating: UInt8(truncatingIfNeeded: index), count: size)
        }

        struct Iterator: AsyncIteratorProtocol {
            let frames: Frames

            mutating func next() async throws -> ByteBuffer? { try frames.next() }
        }
    }

    private func upload(_ name: String = "a.png") -> Upload {
        Upload(FileName(fitting: name), mediaType: "image/png", to: issue)
    }

    @Test("arrives byte for byte, with its length told before")
    func arrives() async throws {
        let frames = Frames(48, of: 65_536)
        try await withSite(answering: .answer(200, body: Self.answer)) { site, server in
            let made = try await site.perform(upload(), body: frames, length: frames.length)
            #expect(made.map(\.id.rawValue) == ["10500"])
            let request = try #require(server.received.first)
            #expect(request.method == "POST")
            #expect(request.target == "/rest/api/3/issue/10407/attachments")
            #expect(request.header("X-Atlassian-Token") == "no-check")
            #expect(request.header("Transfer-Encoding") == nil)
            #expect(request.header("Content-Length") == String(request.body.count))
            let type = try #require(request.header("Content-Type"))
            let boundary = try #require(type.split(separator: "boundary=").last)
            #expect(type == "multipart/form-data; boundary=\(boundary)" && boundary.utf8.count >= 40)
            let head =
                "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n"
                + "Content-Type: image/png\r\n\r\n"
            let file = (1...48).flatMap { [UInt8](repeating: UInt8($0), count: 65_536) }
            #expect(request.body == Array(head.utf8) + file + Array("\r\n--\(boundary)--\r\n".utf8))
        }
    }

    @Test("of nothing is a file of no bytes")
    func mayBeEmpty() async throws {
        try await withSite(answering: .answer(200, body: Self.answer)) { site, server in
            _ = try await site.perform(upload(), body: Frames(0, of: 1), length: 0)
            let request = try #require(server.received.first)
            #expect(String(decoding: request.body, as: UTF8.self).contains("\r\n\r\n\r\n--"))
        }
    }

    @Test("has a boundary of its own")
    func hasOwnBoundary() async throws {
        try await withSite(answering: .answer(200, body: Self.answer)) { site, server in
            for _ in 0..<2 { _ = try await site.perform(upload(), body: Frames(1, of: 1), length: 1) }
            #expect(Set(server.received.compactMap { $0.header("Content-Type") }).count == 2)
        }
    }

    @Test("of a file with an evil name has the headers that it must have and no other")
    func survivesNames() async throws {
        try await withSite(answering: .answer(200, body: Self.answer)) { site, server in
            let name = "a\"; name=\"x\r\nX-Evil: 1\r\n\r\n\u{85}\u{2028}--b 履歴書.png"
            _ = try await site.perform(upload(name), body: Frames(1, of: 1), length: 1)
            let request = try #require(server.received.first)
            let lines = String(decoding: request.body, as: UTF8.self).split(
                separator: "\r\n", omittingEmptySubsequences: false)
            #expect(lines.count == 7)
            #expect(
                lines[1] == "Content-Disposition: form-data; name=\"file\"; "
                    + "filename=\"a'; name='x__X-Evil: 1______--b 履歴書.png\"")
            #expect(lines[2] == "Content-Type: image/png")
            #expect(lines[3].isEmpty)
        }
    }

    @Test("takes from its source only as fast as the server takes it")
    func isPaced() async throws {
        let frames = Frames(1000, of: 65_536)
        try await withSite(time: .milliseconds(400), answering: .silence, atHead: .silence) { site, _ in
            let error = try await failure { try await site.perform(upload(), body: frames, length: frames.length) }
            #expect(error?.code == .timeout)
            #expect(frames.count < 250, "\(frames.count) of 1000 frames were taken")
        }
    }

    @Test("that is refused at its head is not sent to its end")
    func stopsEarly() async throws {
        let frames = Frames(1000, of: 65_536)
        let refusal = #"{"errorMessages":["The attachment is too large."],"errors":{}}"#
        try await withSite(answering: .silence, atHead: .answer(413, body: refusal)) { site, _ in
            let error = try await failure { try await site.perform(upload(), body: frames, length: frames.length) }
            #expect(error?.code == .tooLarge)
            #expect(error?.said == "This is more than Jira takes (413). The attachment is too large.")
            #expect(frames.count < 1000)
        }
    }

    @Test("of another length than announced fails", arguments: [-1, 1, 65_536])
    func hasItsLength(_ difference: Int) async throws {
        let frames = Frames(4, of: 65_536)
        try await withSite(answering: .answer(200, body: Self.answer)) { site, _ in
            let error = try await failure {
                try await site.perform(upload(), body: frames, length: frames.length + difference)
            }
            #expect(error?.code == .bodyLength)
            #expect(error?.retry == .never)
            #expect(error?.said == "The file has another length than it had before.")
        }
    }

    @Test("whose source fails ends with the source's own error")
    func failsAsItsSource() async throws {
        let frames = Frames(4, of: 65_536, breaksAt: 3)
        try await withSite(answering: .answer(200, body: Self.answer)) { site, server in
            await #expect(throws: Frames.Broken.self) {
                try await site.perform(upload(), body: frames, length: frames.length)
            }
            #expect(server.received.isEmpty)
        }
    }
}
