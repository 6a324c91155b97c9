// SPDX-License-Identifier: Apache-2.0

import Jira
import NIOCore

/// What stands before and behind a file in `multipart/form-data` (RFC 7578), known before the file is read.
struct FileForm: Sendable {
    let contentType: String
    private let head: ByteBuffer
    private let tail: ByteBuffer

    /// - Parameter boundary: Not to be guessed by who wrote the file.
    init(fileName: FileName, mediaType: String, boundary: String) {
        contentType = "multipart/form-data; boundary=\(boundary)"
        head = ByteBuffer(
            string: """
                --\(boundary)\r
                Content-Disposition: form-data; name="file"; filename="\(fileName)"\r
                Content-Type: \(mediaType)\r
                \r

                """)
        tail = ByteBuffer(string: "\r\n--\(boundary)--\r\n")
    }

    func length(around length: Int) -> Int {
        head.readableBytes + length + tail.readableBytes
    }

    func around<Body: AsyncSequence>(_ body: Body) -> Framed<Body> where Body.Element == ByteBuffer {
        Framed(head: head, body: body, tail: tail)
    }
}

/// A stream with something before it and something behind it.
struct Framed<Body: AsyncSequence>: AsyncSequence where Body.Element == ByteBuffer {
    fileprivate let head: ByteBuffer
    fileprivate let body: Body
    fileprivate let tail: ByteBuffer

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(head: head, body: body.makeAsyncIterator(), tail: tail)
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var head: ByteBuffer?
        fileprivate var body: Body.AsyncIterator
        fileprivate var tail: ByteBuffer?

        mutating func next() async throws -> ByteBuffer? {
            if let head = head.take() { return head }
            guard tail != nil else { return nil }
            if let part = try await body.next() { return part }
            return tail.take()
        }
    }
}

extension Framed: Sendable where Body: Sendable {}
