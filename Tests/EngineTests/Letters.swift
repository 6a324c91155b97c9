// SPDX-License-Identifier: Apache-2.0

@testable import MailTransport

/// The connection that letters of the tests come in by.
let session = SMTPSession(connection: 1, remote: nil)

func letter(
    from: String = "Ada Ringer <ada@example.com>", to: String = "support@example.com",
    subject: String = "The printer prints stripes", id: String = "one@example.com", headers: String = "",
    type: String = "text/plain; charset=utf-8", body: String = "It is the one on floor 3.\r\n"
) -> [UInt8] {
    Array(
        """
        From: \(from)\r
        To: <\(to)>\r
        Subject: \(subject)\r
        Date: Mon, 4 May 2026 09:00:00 +0000\r
        Message-ID: <\(id)>\r
        \(headers)MIME-Version: 1.0\r
        Content-Type: \(type)\r
        \r
        \(body)
        """.utf8)
}

/// A letter with files: `first.txt` and `second.txt`, unless others of the two are named.
func letterWithFiles(
    subject: String = "Two files", id: String = "files@example.com", _ names: [String] = ["first", "second"]
) -> [UInt8] {
    let files = names.map { name in
        """
        --mix\r
        Content-Type: text/plain; name=\(name).txt\r
        Content-Disposition: attachment; filename=\(name).txt\r
        Content-Transfer-Encoding: base64\r
        \r
        \(name == "first" ? "Zmlyc3QgYnl0ZXM=" : "c2Vjb25kIGJ5dGVz")\r

        """
    }
    return letter(
        subject: subject, id: id, type: "multipart/mixed; boundary=mix",
        body: "--mix\r\nContent-Type: text/plain\r\n\r\nHere they are.\r\n\(files.joined())--mix--\r\n")
}
