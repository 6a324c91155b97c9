// SPDX-License-Identifier: Apache-2.0

import MIME
import TestKit
import Testing

@Suite("Bodies and files")
struct BodyTests {
    private func message(_ text: String) -> Message { parse(Array(text.utf8)) }

    @Test("The root of a multipart/related is shown, and what it refers to are files (RFC 2387 §3)")
    func related() {
        let found = message(
            """
            Content-Type: multipart/related; boundary=r

            --r
            Content-Type: multipart/alternative; boundary=a

            --a

            words
            --a
            Content-Type: text/html

            <p>words</p>
            --a--
            --r
            Content-Type: text/html
            Content-ID: <frame@example.com>

            <p>a frame</p>
            --r--

            """)
        #expect(found.text == "words")
        #expect(found.html == "<p>words</p>")
        #expect(found.attachments.map(\.name) == ["document.html"])
    }

    @Test("Text and HTML side by side in a multipart/related are both shown")
    func relatedForms() {
        let found = message(
            "Content-Type: multipart/related; boundary=r\n\n--r\n\nwords\n--r\nContent-Type: text/html\n\n<p>\n--r--\n")
        #expect(found.text == "words")
        #expect(found.html == "<p>")
        #expect(found.attachments.isEmpty)
    }

    @Test("A text that ends with the message inside of several open multiparts is shown and kept as a file")
    func cutInside() {
        let found = message(
            """
            Content-Type: multipart/mixed; boundary=o

            --o
            Content-Type: multipart/mixed; boundary=i

            --i

            first
            --i

            second
            """)
        #expect(found.text == "first\nsecond")
        #expect(found.attachments.map(\.size) == [6])
    }

    @Test("A text that only lacks the last boundary is no file")
    func unclosed() {
        let found = message("Content-Type: multipart/mixed; boundary=o\n\n--o\n\nfirst\n--o\n\nsecond\n")
        #expect(found.text == "first\nsecond\n")
        #expect(found.attachments.isEmpty)
    }

    @Test("A text in broken base64 beside others is shown and kept as a file")
    func brokenBase64() {
        let found = message(
            """
            Content-Type: multipart/mixed; boundary=b

            --b

            words
            --b
            Content-Transfer-Encoding: base64

            ?d29yZHM=
            --b--

            """)
        #expect(found.text == "words\nwords")
        #expect(found.attachments.map(\.size) == [5])
    }

    @Test("A nameless file of an unnamed type is called by its content id")
    func contentID() {
        let found = message("Content-Type: application/others\nContent-ID: <32497.16.2@example.com>\n\nx\n")
        #expect(found.attachments.map(\.name) == ["32497.16.2"])
    }

    @Test("UTF-16 that is not encoded reads the same with LF and with CRLF")
    func rawUTF16() {
        let head = Array("Content-Type: text/plain; charset=utf-16le\n\n".utf8)
        let raw = head + "one\ntwo\n".utf8.flatMap { [$0, 0] }
        #expect(parse(raw).text == "one\ntwo\n")
        #expect(parse(DripFeed.crlf(raw)).text == "one\ntwo\n")
    }
}
