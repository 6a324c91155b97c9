// SPDX-License-Identifier: Apache-2.0

import Markup
import Testing

@Suite("A line that asks to answer above it")
struct ReplyMarkerTests {
    static let markers = [
        "##- Please type your reply above this line -##", "--- Reply above this line ---", "=== Reply above this line",
        "-- Bitte antworten Sie oberhalb dieser Zeile --", "***** Répondez au-dessus de cette ligne *****",
        "Reply above this line.", "Please reply above this line to add a comment", "write above this line",
        "―――― 在此行上方 ――――", "-=-=- Responda por encima de esta línea -=-=-",
    ]

    @Test("cuts what stands below it", arguments: markers)
    func marker(line: String) {
        let trimmed = trim(text: "Yes, it does.\n\n\(line)\n\nDoes it weave?")
        #expect(trimmed.reply == "Yes, it does.")
        #expect(trimmed.rule == .replyMarker)
    }

    static let sentences = [
        "I wrote my reply above this line, as your mail asks.", "- I put it above this line in the form",
        "Reply above this line gets lost in your system.", "The words \"reply above this line\" were missing.",
        "Ihre Frage beantworte ich oberhalb dieser Zeile.", "**The text says: reply above this line**",
        "> Reply above this line",
    ]

    @Test("is none where a person speaks of it", arguments: sentences)
    func sentence(line: String) {
        let text = "Yes, it does.\n\n\(line)\n\nSo what now?"
        #expect(trim(text: text).reply == text)
    }

    @Test("is none amid a paragraph")
    func paragraph() {
        let text = "You tell us:\nReply above this line\nbut there is no line.\n\nSo what now?"
        #expect(trim(text: text).reply == text)
    }
}

@Suite("Several bodies of one mail")
struct SeveralBodiesTests {
    @Test("are trimmed as one letter, each in its form")
    func joined() {
        let list =
            "_______________________________________________\nusers mailing list\nusers@lists.example.org\nhttps://lists.example.org/users"
        let trimmed = trim([
            .html("<p>Yes, <b>it</b> does.</p>"), .text("So does this one.\n\n> Does it weave?\nOf course."),
            .text(list),
        ])
        #expect(trimmed.reply == "Yes, it does.\n\nSo does this one.\n\n> Does it weave?\nOf course.")
        #expect(trimmed.elided == list)
        #expect(
            trimmed.document.blocks.first == .paragraph([.text("Yes, "), .text("it", Marks(.strong)), .text(" does.")]))
        #expect(trimmed.document.blocks.count == 4)
    }

    @Test("end where the first of them ends in a quote")
    func quote() {
        let trimmed = trim([
            .html(
                "<p>Yes.</p><div class=gmail_quote>On 3 May 2026, Ada &lt;a@e.org&gt; wrote:<blockquote>Does it?</blockquote></div>"
            ),
            .text("-- \nBob"),
        ])
        #expect(trimmed.reply == "Yes.")
        #expect(trimmed.document.text == "Yes.")
    }

    @Test("may be none")
    func none() {
        #expect(trim([]).reply.isEmpty)
        #expect(trim([]).document.isEmpty)
    }
}
