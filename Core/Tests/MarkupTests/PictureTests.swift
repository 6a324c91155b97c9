// SPDX-License-Identifier: Apache-2.0

import Markup
import Testing

@Suite("A picture of a mail")
struct PictureTests {
    private static let reply = """
        <p>See here: <img src="cid:photo" width=640 height=480> and <img src="cid:shot"></p>
        <p>The icon <img src="cid:icon" height=24 width=24> is missing, our logo <img src="cid:ours"> is there.</p>
        <p><img src="cid:spacer" width=600 height=1></p>
        <p><a href="https://example.org"><img src="cid:site" width=200 height=60></a></p>
        <p><img src="cid:named" alt="Company logo"><img src="cid:tiny"><img src="cid:round"></p>
        <div class="gmail_signature">Bob <img src="cid:sign" width=200 height=80></div>
        <div class="gmail_quote"><blockquote class="gmail_quote"><img src="cid:old"><img src="cid:shot"></blockquote></div>
        """

    static let roles: [(String?, String?, Int, PictureRole)] = [
        ("photo", "image001.jpg", 90_000, .content), ("shot", "image002.png", 90_000, .content),
        ("icon", "image003.png", 2_000, .content), ("ours", "acme_logo.png", 9_000, .content),
        ("icon", "facebook.png", 2_000, .decoration([.name, .place])),
        ("named", "image004.png", 9_000, .decoration([.name, .place])),
        ("site", "image005.png", 9_000, .decoration([.link, .place])),
        ("site", "banner.png", 9_000, .decoration([.name, .link, .place])),
        ("round", "image006.png", 7_777, .decoration([.repetition, .place])),
        ("round", "image006.png", 7_778, .content), ("photo", "logout-error.png", 9_000, .content),
        ("spacer", "x.png", 900, .blank), ("tiny", "x.gif", 43, .blank), ("sign", "image007.png", 20_000, .elided),
        ("old", "image008.png", 7_777, .elided), ("nowhere", "scan.png", 90_000, .content),
        (nil, "logo.png", 9_000, .content),
    ]

    private func role(_ file: PictureFile, _ trimmed: Trimmed) -> PictureRole {
        let old = PictureFile(contentID: "old", name: "image009.png", size: 7_777)
        return pictureRoles(of: [file, old], in: trimmed)[0]
    }

    @Test("is told from logos, icons and pictures of the quote by two signs at least", arguments: roles)
    func role(id: String?, name: String?, size: Int, role: PictureRole) {
        #expect(self.role(PictureFile(contentID: id, name: name, size: size), trim(html: Self.reply)) == role)
    }

    @Test("is of the signature where that is shown")
    func signature() {
        let trimmed = trim(html: Self.reply, keeping: .letter)
        #expect(trimmed.elidedDocument.isEmpty)
        #expect(trimmed.signaturePictures == ["sign"])
        #expect(role(PictureFile(contentID: "sign", name: "a.png", size: 20_000), trimmed) == .signature)
        #expect(role(PictureFile(contentID: "old", name: "a.png", size: 20_000), trimmed) == .content)
    }

    @Test(
        "is content when it is all that the mail says, or the words lead to it",
        arguments: [
            "<p><img src='cid:a' width=20 height=20 alt='logo'></p>",
            "<p>It looks so:</p><p><a href='https://e.org'><img src='cid:a'></a></p>",
            "<div>It looks so:</div><div><a href='https://e.org'><img src='cid:a'></a></div>",
        ])
    func alone(html: String) {
        let file = PictureFile(contentID: "a", name: "image001.png", size: 9_000)
        #expect(pictureRoles(of: [file], in: trim(html: html)) == [.content])
    }

    @Test("below the last words is one also where lines are no paragraphs")
    func lines() {
        let file = PictureFile(contentID: "a", name: "image001.png", size: 9_000)
        let html = "<div>Yes.</div><div>Bob</div><div><a href='https://e.org'><img src='cid:a'></a></div>"
        #expect(pictureRoles(of: [file], in: trim(html: html)) == [.decoration([.link, .place])])
    }

    @Test("that is taken out leaves the words, and no empty block")
    func removal() {
        let document = Document(html: "<p>a <img src=cid:x> b</p><p><img src=cid:x></p><ul><li><img src=cid:x></ul>")
        #expect(document.removingImages(["x"]).blocks == [.paragraph([.text("a "), .text(" b")])])
        #expect(document.removingImages(["y"]) == document)
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
