// SPDX-License-Identifier: Apache-2.0

import Markup
import Testing

@Suite("A picture of a mail")
struct PictureTests {
    private let trimmed = trim(
        html: """
            <p>See here: <img src="cid:photo" width=640 height=480> and <img src="cid:shot"></p>
            <p><img src="cid:mark" height=24 width=24><img src="cid:named" alt="Company logo"><img src="cid:tiny"></p>
            <div class="gmail_signature">Bob <img src="cid:sign" width=200 height=80></div>
            <div class="gmail_quote"><blockquote class="gmail_quote"><img src="cid:old"><img src="cid:shot"></blockquote></div>
            """)

    static let roles: [(String?, String?, Int, PictureRole)] = [
        ("photo", "image001.jpg", 90_000, .content), ("shot", "image002.png", 90_000, .content),
        ("mark", "image003.png", 2_000, .decoration), ("named", "image004.png", 9_000, .decoration),
        ("tiny", "x.gif", 43, .decoration), ("photo", "acme_logo.png", 9_000, .decoration),
        ("photo", "logout-error.png", 9_000, .content), ("sign", "image005.png", 20_000, .elided),
        ("old", "image006.png", 90_000, .elided), ("nowhere", "scan.png", 90_000, .content),
        (nil, "logo.png", 9_000, .content),
    ]

    @Test("is told from logos and from pictures of the quote", arguments: roles)
    func role(id: String?, name: String?, size: Int, role: PictureRole) {
        #expect(trimmed.role(of: PictureFile(contentID: id, name: name, size: size)) == role)
    }

    @Test("is content when it is all that the mail says")
    func alone() {
        let document = Document(html: "<p><img src='cid:a' width=20 height=20></p>")
        #expect(document.role(of: PictureFile(contentID: "a", name: "logo.png", size: 50)) == .content)
    }

    @Test("is known with the size that it is shown in")
    func size() {
        let html =
            "x <img src='cid:a' width='640px' height=\"48\"> <img src=cid:b style='width:12px'> <img src=cid:c width=50%>"
        #expect(
            Document(html: html).images == [
                Image(.contentID("a"), width: 640, height: 48), Image(.contentID("b"), width: 12),
                Image(.contentID("c")),
            ])
    }
}
