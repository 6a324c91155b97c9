// SPDX-License-Identifier: Apache-2.0

import Markup
import Testing

@Suite("Trimming HTML")
struct TrimHTMLTests {
    static let clients: [(String, String, Trimmed.Rule)] = [
        (
            "Gmail",
            """
            <br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On Sun, 3 May 2026 at 10:15, Ada
            &lt;<a href="mailto:ada@example.org">ada@example.org</a>&gt; wrote:<br></div><blockquote class="gmail_quote"
            style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204)"><div>It weaves.</div></blockquote></div>
            """, .gmail
        ),
        (
            "Gmail in a language not known",
            """
            <div class="gmail_quote"><div class="gmail_attr">Gnurf 3 blap 2026, Ada:<br></div><blockquote class="gmail_quote">
            It weaves.</blockquote></div>
            """, .gmail
        ),
        (
            "Yahoo",
            """
            <div id="ydp1yahoo_quoted_1" class="yahoo_quoted"><div>On Sunday, 3 May 2026 at 10:15, Ada wrote:</div>
            <div>It weaves.</div></div>
            """, .yahoo
        ),
        (
            "Thunderbird",
            """
            <div class="moz-cite-prefix">Am 03.05.26 um 10:15 schrieb Ada:<br></div><blockquote type="cite" cite="mid:1@e">
            <pre class="moz-quote-pre" wrap="">It weaves.</pre></blockquote>
            """, .thunderbird
        ),
        (
            "Outlook on the web",
            """
            <div id="appendonsend"></div><hr style="width:98%"><div id="divRplyFwdMsg"><font><b>From:</b> Ada<br><b>Sent:</b>
            Sunday<br><b>To:</b> Bob<br><b>Subject:</b> Engine</font></div><div>It weaves.</div>
            """, .outlook
        ),
        (
            "Outlook on the desk",
            """
            <div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class=MsoNormal><b>Von:</b> Ada
            &lt;ada@example.org&gt;<br><b>Gesendet:</b> Sonntag<br><b>An:</b> Bob<br><b>Betreff:</b> Maschine</p></div>
            <p class=MsoNormal>It weaves.</p>
            """, .outlook
        ),
        (
            "Apple Mail",
            """
            <br><div><br><blockquote type="cite"><div>On 3 May 2026, at 10:15, Ada &lt;ada@example.org&gt; wrote:</div><br>
            <div>It weaves.</div></blockquote></div>
            """, .appleMail
        ),
        (
            "a phone from Apple",
            """
            <div dir="ltr"><br><blockquote type="cite">On 3 May 2026, at 10:15, Ada wrote:<br><br></blockquote></div>
            <blockquote type="cite"><div>It weaves.</div></blockquote>
            """, .appleMail
        ),
        (
            "Proton",
            """
            <div class="protonmail_quote">On Sunday, 3 May 2026 at 10:15, Ada wrote:<br><blockquote type="cite">It weaves.
            </blockquote></div>
            """, .htmlQuote
        ),
        (
            "GMX",
            """
            <div name="quote" style="border-left:2px solid #C3D9E5"><b>Gesendet:</b> Sonntag<br><b>Von:</b> Ada<br>
            <div>It weaves.</div></div>
            """, .htmlQuote
        ),
        (
            "Hotmail",
            """
            <hr id="stopSpelling">Date: Sun, 3 May 2026 10:15:00 +0200<br>Subject: Engine<br>From: ada@example.org<br>
            To: bob@example.org<br><br>It weaves.
            """, .ruleLine
        ),
        (
            "Zimbra",
            """
            <hr id="zwchr"><b>From: </b>"Ada" &lt;ada@example.org&gt;<br><b>To: </b>bob@example.org<br><b>Sent: </b>Sunday<br>
            <b>Subject: </b>Engine<br><br>It weaves.
            """, .ruleLine
        ),
        (
            "Mail.ru",
            """
            <blockquote style="border-left:1px solid #0857A6;padding:0 0 0 10px">Воскресенье, 3 мая 2026, 10:15 +03:00 от Ada
            &lt;ada@example.org&gt;:<br><div>It weaves.</div></blockquote>
            """, .htmlQuote
        ),
        (
            "Yandex",
            """
            <div>03.05.2026, 10:15, "Ada" &lt;ada@example.org&gt;:</div><blockquote><div>It weaves.</div></blockquote>
            """, .onDateWrote
        ),
        (
            "AOL",
            """
            <div style="font-family:arial">-----Original Message-----<br>From: Ada &lt;ada@example.org&gt;<br>Sent: Sunday<br>
            <div>It weaves.</div></div>
            """, .originalMessage
        ),
        (
            "Outlook 2003",
            """
            <DIV class=OutlookMessageHeader><HR tabIndex=-1><B>From:</B> Ada <BR><B>Sent:</B> Sunday<BR><B>To:</B> Bob<BR>
            <B>Subject:</B> Engine<BR></DIV>It weaves.
            """, .outlook
        ),
        (
            "Windows Mail",
            """
            <div style="border-top-color:#e5e5e5;border-top-width:1px;border-top-style:solid"><b>From:</b> Ada<br><b>Sent:</b>
            Sunday<br><b>To:</b> bob@example.org</div><div>It weaves.</div>
            """, .headerBlock
        ),
        (
            "Notes",
            """
            <br><table><tr><td><b>Ada &lt;ada@example.org&gt;</b><p>03.05.2026 10:15<td><table><tr><td>To<td>bob@example.org
            <tr><td>cc<td><tr><td>Subject<td>Engine</table></table><br><font>It weaves.</font>
            """, .headerBlock
        ),
        (
            "Notes in a browser",
            """
            <font color="#990099">-----Ada &lt;ada@example.org&gt; wrote: -----</font><blockquote style="border-left:2px solid
            #000000">To: Bob<br>From: Ada<br>Date: 03.05.2026<br>Subject: Engine<br><br>It weaves.</blockquote>
            """, .originalMessage
        ),
        (
            "Samsung",
            """
            <div>-------- Original message --------</div><div>From: Ada &lt;ada@example.org&gt;</div><div>Date: 03/05/2026</div>
            <div>It weaves.</div>
            """, .originalMessage
        ),
        (
            "Roundcube",
            """
            <p id="reply-intro">On 2026-05-03 10:15, Ada wrote:</p><blockquote type="cite"><div>It weaves.</div></blockquote>
            """, .onDateWrote
        ),
        (
            "Zoho",
            """
            <div class="zmail_extra"><div>---- On Sun, 03 May 2026 10:15:00 +0200 <b>Ada &lt;ada@example.org&gt;</b> wrote ----
            </div><blockquote>It weaves.</blockquote></div>
            """, .htmlQuote
        ),
        (
            "Foxmail",
            """
            <blockquote><div style="border:none;border-top:solid #B5C4DF 1.0pt"><div><b>发件人：</b> <a>Ada</a></div><div><b>发送时间：</b>
            2026-05-03 10:15</div><div><b>收件人：</b> Bob</div><div><b>主题：</b> 机器</div></div><div>It weaves.</div></blockquote>
            """, .outlook
        ),
        (
            "QQ",
            """
            <div>------------------&nbsp;原始邮件&nbsp;------------------</div><div><b>发件人:</b> "Ada"&lt;ada@example.org&gt;;</div>
            <div>It weaves.</div>
            """, .originalMessage
        ),
        (
            "plain paragraphs", "<p>On 3 May 2026 at 10:15, Ada &lt;ada@example.org&gt; wrote:</p><p>It weaves.</p>",
            .onDateWrote
        ),
        (
            "a bare blockquote",
            "<p>On 3 May 2026 at 10:15, Ada wrote:</p><blockquote><p>It weaves.</p></blockquote>", .onDateWrote
        ),
        (
            "a help desk", "<div>## Reply above this line ##</div><div>It weaves.</div>", .replyMarker
        ),
        (
            "text in a pre", "<pre>On 3 May 2026 at 10:15, Ada wrote:\n&gt; It weaves.\n</pre>", .onDateWrote
        ),
    ]

    @Test("cuts by the structure that the client writes", arguments: clients)
    func client(name: String, quote: String, rule: Trimmed.Rule) {
        let trimmed = trim(html: "<html><body><div>Dear Ada,</div><div>thank <b>you</b>.</div>\(quote)</body></html>")
        #expect(trimmed.reply == "Dear Ada,\nthank you.")
        #expect(lines(trimmed.elided).last?.hasSuffix("It weaves.") ?? false)
        #expect(trimmed.rule == rule)
        #expect(
            trimmed.document.blocks == [
                .paragraph([.text("Dear Ada,"), .hardBreak, .text("thank "), .text("you", Marks(.strong)), .text(".")])
            ])
        #expect(!trimmed.elidedDocument.isEmpty)
    }

    @Test("keeps all of it when the client's quote is all there is", arguments: clients)
    func onlyQuote(name: String, quote: String, rule: Trimmed.Rule) {
        let trimmed = trim(html: quote)
        #expect(trimmed.reply.contains("It weaves."))
        #expect(trimmed.document.text.contains("It weaves."))
    }

    @Test(
        "keeps answers that stand between or below the quoted lines",
        arguments: [
            """
            <div class="gmail_quote"><div class="gmail_attr">On 3 May 2026 at 10:15, Ada wrote:</div>
            <blockquote class="gmail_quote">One?</blockquote><div>Answer one.</div><blockquote class="gmail_quote">Two?</blockquote>
            <div>Answer two.</div></div>
            """,
            """
            <div class="moz-cite-prefix">On 3 May 2026 at 10:15, Ada wrote:</div><blockquote type=cite>One? Two?</blockquote>
            <p>Answer one.</p><p>Answer two.</p>
            """,
        ])
    func interleaved(html: String) {
        let trimmed = trim(html: html)
        #expect(trimmed.elided.hasPrefix("On 3 May 2026 at 10:15, Ada wrote:"))
        #expect(trimmed.reply.contains("Answer one."))
        #expect(trimmed.reply.contains("Answer two."))
    }

    @Test(
        "takes away a signature that the client marks",
        arguments: [
            "<div class=\"gmail_signature\">Bob<br>Engines</div>", "<div id=\"x_Signature\">Bob<br>Engines</div>",
            "<div class=\"moz-signature\">-- <br>Bob<br>Engines</div>",
            "<div>-- </div><div>Bob</div><div>Engines</div>",
            "<div id=\"ms-outlook-mobile-signature\">Get <a href=\"https://aka.ms/o0ukef\">Outlook for iOS</a></div>",
            "<div>Sent from my iPhone</div>",
        ])
    func signature(block: String) {
        let quote = "<div class=\"gmail_quote\"><blockquote class=\"gmail_quote\">It weaves.</blockquote></div>"
        let trimmed = trim(html: "<div>Yes.</div>\(block)\(quote)")
        #expect(trimmed.reply == "Yes.")
        #expect(!trimmed.signature.isEmpty)
        #expect(lines(trimmed.elided) == lines(trimmed.signature) + ["> It weaves."])
        #expect(lines(trim(html: "<div>Yes.</div>\(block)", keeping: .answerAndSignature).reply).count > 1)
    }

    @Test(
        "keeps a forwarded mail",
        arguments: [
            """
            <div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>From: Ada<br>Date: 3 May<br>
            Subject: Engine<br></div>It weaves.</div>
            """,
            "<div class=\"moz-forward-container\">-------- Forwarded Message --------<table><tr><th>Subject:<td>Engine</table>It weaves.</div>",
            "<div><blockquote type=cite><div>Begin forwarded message:</div><div>From: Ada</div><div>It weaves.</div></blockquote></div>",
        ])
    func forward(mail: String) {
        let trimmed = trim(html: "<div>For you.</div>\(mail)")
        #expect(trimmed.elided.contains("It weaves."))
        #expect(trimmed.reply == "For you.")
        #expect(trimmed.forwarded?.before == "For you.")
        #expect(trimmed.forwarded?.embedded.contains("It weaves.") ?? false)
        #expect(trimmed.rule == .forwarded)
        #expect(trimmed.document.text.contains("It weaves."))
        #expect(trimmed.elidedDocument.isEmpty)
    }

    @Test("keeps a picture that is the whole answer, and leaves one that stands in the quote")
    func images() {
        let quote =
            "<div class=gmail_quote><blockquote class=gmail_quote><img src=cid:old>It weaves.</blockquote></div>"
        let trimmed = trim(html: "<div><img src=cid:new></div>\(quote)")
        #expect(trimmed.document.blocks == [.paragraph([.image(Image(.contentID("new")))])])
        #expect(trimmed.rule == .gmail)
    }

    @Test("puts every word in the reply or in the elided part")
    func partition() {
        var chance = Chance(seed: 5)
        let words = { (texts: String...) in
            texts.flatMap { $0.split { !$0.isLetter && !$0.isNumber } }.map(String.init).sorted()
        }
        for _ in 0..<150 {
            let quote = Self.clients.randomElement(using: &chance)?.1 ?? ""
            let html = randomHTML(&chance) + (Bool.random(using: &chance) ? quote : "") + randomHTML(&chance)
            let trimmed = trim(html: html)
            // Numbers of lists are counted anew in each part, and a word is parted where a line is.
            let whole = Document(html: html).text
            let parts = words(trimmed.reply, trimmed.elided).filter { $0.contains(where: \.isLetter) }
            #expect(parts == words(whole).filter { $0.contains(where: \.isLetter) })
        }
    }
}
