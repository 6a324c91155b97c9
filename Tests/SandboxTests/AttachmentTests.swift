// SPDX-License-Identifier: Apache-2.0

import Markup
import NIOCore
import NIOHTTP1
import Testing

@testable import Sandbox

@Suite("An attachment of the sandbox")
struct AttachmentTests {
    /// Every byte, and what looks like a boundary.
    private static let bytes = Array(UInt8.min...UInt8.max) + Array("\r\n--b0undar\r\n--\r\n".utf8)

    @Test("comes back byte for byte, whole and in ranges")
    func comesBack() async throws {
        try await withSandbox { site, _ in
            let key = try await site.issue()
            let made = try await site.upload(Self.bytes, named: "caf\u{e9}.png", to: key)
            #expect(made.status == 200)
            let attachment = try #require(made.json[0])
            #expect(attachment["filename"] == "caf\u{e9}.png")
            #expect(attachment["mimeType"] == "image/png")
            #expect(attachment["size"]?.integerValue == Self.bytes.count)
            let id = try #require(attachment["id"]?.stringValue)
            let path = "/rest/api/3/attachment/content/\(id)?redirect=false"
            #expect(try await site.get(path).bytes == Self.bytes)
            let part = try await site.send(.GET, path, headers: [("Range", "bytes=10-19")])
            #expect(part.status == 206)
            #expect(part.bytes == Array(Self.bytes[10...19]))
            #expect(part.headers.first(name: "Content-Range") == "bytes 10-19/\(Self.bytes.count)")
            #expect(try await site.get("/rest/api/3/attachment/content/\(id)").bytes == Self.bytes)
            let listed = try await site.get("/rest/api/3/issue/\(key)?fields=attachment").json
            #expect(listed["fields"]?["attachment"]?.arrayValue?.count == 1)
        }
    }

    @Test("is refused without the token against forgery")
    func needsToken() async throws {
        try await withSandbox { site, _ in
            let reply = try await site.upload([1], named: "a", to: try await site.issue(), token: nil)
            #expect(reply.status == 403)
            #expect(reply.refusals == ["XSRF check failed"])
        }
    }

    @Test("is refused above the limit that the site names")
    func isLimited() async throws {
        try await withSandbox {
            $0.uploadLimit = 100
        } _: { site, _ in
            #expect(try await site.get("/rest/api/3/attachment/meta").json == ["enabled": true, "uploadLimit": 100])
            let key = try await site.issue()
            #expect(try await site.upload(Array(repeating: 7, count: 100), named: "a", to: key).status == 200)
            let reply = try await site.upload(Array(repeating: 7, count: 101), named: "a", to: key)
            #expect(reply.status == 413)
            #expect(reply.refusals == ["The file exceeds its maximum permitted size of 100 bytes."])
            #expect(try await site.get("/sandbox/counts").json["attachmentCount"] == 1)
        }
    }

    @Test("is read the same however the request is cut")
    func isReadHoweverCut() throws {
        let body =
            Array("--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a;\\\"b.txt\"\r\n\r\n".utf8)
            + Self.bytes
            + Array("\r\n--XX\r\nContent-Disposition: form-data; name=file; filename*=UTF-8''%C3%A9\r\n".utf8)
            + Array("Content-Type: text/plain\r\n\r\n\r\n--XX--\r\n".utf8)
        for size in [1, 2, 3, 7, 64, body.count] {
            var parser = try FormDataParser(contentType: "multipart/form-data; boundary=\"XX\"", limit: 1000)
            for start in stride(from: 0, to: body.count, by: size) {
                try parser.consume(ByteBuffer(bytes: body[start..<min(start + size, body.count)]))
            }
            let uploads = try parser.finish()
            #expect(uploads.map(\.filename) == ["a;\"b.txt", "\u{e9}"])
            #expect(uploads.map { Array($0.bytes.readableBytesView) } == [Self.bytes, []])
            #expect(uploads.map(\.type) == ["application/octet-stream", "text/plain"])
        }
    }

    @Test("is refused when the request ends too early or is no form")
    func isRefusedWhenCutOff() throws {
        var parser = try FormDataParser(contentType: "multipart/form-data; boundary=XX", limit: 10)
        try parser.consume(ByteBuffer(string: "--XX\r\nContent-Disposition: form-data; name=file\r\n\r\nabc"))
        #expect(throws: JiraRefusal.self) { try parser.finish() }
        #expect(throws: JiraRefusal.self) { try FormDataParser(contentType: "text/plain", limit: 10) }
        #expect(throws: JiraRefusal.self) { try FormDataParser(contentType: "multipart/form-data", limit: 10) }
    }

    @Test(
        "has ranges as RFC 9110 says",
        arguments: [
            ("bytes=0-4", 0..<5), ("bytes=5-", 5..<10), ("bytes=-3", 7..<10), ("bytes=8-99", 8..<10),
            ("bytes=10-", 10..<10), ("bytes=-99", 0..<10), ("bytes=4-2", nil), ("bytes=0-1,3-4", nil),
            ("pages=1-2", nil),
            ("bytes=x-y", nil),
        ] as [(String, Range<Int>?)])
    func hasRanges(header: String, range: Range<Int>?) {
        #expect(byteRange(header, of: 10) == range)
    }
}
