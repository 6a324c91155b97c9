// SPDX-License-Identifier: Apache-2.0

import Kit

/// Writes answers in HTML as mail programs write them: an answer, often a signature, and the mail that is answered.
struct HTMLLetters {
    private var chance: Chance

    init(seed: UInt64) { chance = Chance(seed: seed) }

    /// About 8 KB on average.
    mutating func next() -> String {
        switch chance.number(0...4) {
        case 0: gmail()
        case 1: outlook()
        case 2: appleMail()
        case 3: thunderbird()
        default: webMail()
        }
    }

    // MARK: Programs

    private mutating func gmail() -> String {
        let answer = lines().map { "<div>\($0)</div>" }.joined(separator: "<div><br></div>")
        let sign =
            chance.happens(in: 50) ? "<div class=\"gmail_signature\"><div dir=\"ltr\">\(signature())</div></div>" : ""
        return """
            <div dir="ltr">\(answer)\(sign)</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, 4 May \
            2026 at 09:12, Ada Lind &lt;<a href="mailto:ada@example.org">ada@example.org</a>&gt; wrote:<br></div>\
            <blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);\
            padding-left:1ex">\(lines().map { "<div>\($0)</div>" }.joined())</blockquote></div>
            """
    }

    private mutating func outlook() -> String {
        let style =
            "<style><!-- p.MsoNormal {margin:0cm;font-size:11.0pt;font-family:\"Calibri\",sans-serif;} --></style>"
        let answer = (lines() + ["&nbsp;", signature()]).map(word)
        let head = """
            <div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>\
            From:</b> Ada Lind &lt;ada@example.org&gt; <br><b>Sent:</b> Monday, May 4, 2026 9:12 AM<br><b>To:</b> Bob \
            &lt;bob@example.com&gt;<br><b>Subject:</b> The printer<o:p></o:p></p></div></div>
            """
        return """
            <html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta charset="utf-8">\(style)</head>\
            <body lang="EN-US" link="#0563C1"><div class="WordSection1">\(answer.joined(separator: "\n"))\(head)\
            \(lines().map(word).joined(separator: "\n"))</div></body></html>
            """
    }

    private func word(_ line: String) -> String {
        "<p class=\"MsoNormal\"><span lang=\"EN-US\" style=\"color:#1F497D\">\(line)<o:p></o:p></span></p>"
    }

    private mutating func appleMail() -> String {
        """
        <html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head><body \
        style="overflow-wrap: break-word; -webkit-nbsp-mode: space;">\(lines().joined(separator: "<div><br></div>"))\
        <br id="lineBreakAtBeginningOfMessage"><div><br><blockquote type="cite"><div>On 4 May 2026, at 09:12, Ada Lind \
        &lt;ada@example.org&gt; wrote:</div><br class="Apple-interchange-newline"><div>\
        \(lines().map { "<div>\($0)</div>" }.joined())</div></blockquote></div></body></html>
        """
    }

    private mutating func thunderbird() -> String {
        """
        <!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8"></head><body>\
        \(lines().map { "<p>\($0)</p>" }.joined(separator: "\n"))<div class="moz-cite-prefix">On 04.05.26 at 09:12, Ada Lind \
        wrote:<br></div><blockquote type="cite" cite="mid:1@example.org">\(table())\
        \(lines().map { "<p>\($0)</p>" }.joined(separator: "\n"))</blockquote>\
        <div class="moz-signature">-- <br>\(signature())</div></body></html>
        """
    }

    private mutating func webMail() -> String {
        """
        <div style="font-family:Arial,sans-serif;font-size:14px">\(lines().joined(separator: "<br><br>"))\(list())</div>\
        <div style="font-size:14px"><br></div><div>-----Original Message-----<br>From: Ada Lind &lt;ada@example.org&gt;<br>\
        Sent: Monday, 4 May 2026 09:12<br>To: bob@example.com<br>Subject: The printer<br><br>\
        \(lines().joined(separator: "<br>"))</div>
        """
    }

    // MARK: Words

    private static let words = [
        "the", "printer", "on", "floor", "three", "prints", "only", "stripes", "since", "this", "morning", "and", "we",
        "have", "tried", "another", "cartridge", "without", "any", "luck", "please", "send", "somebody", "before",
        "noon",
        "because", "of", "a", "meeting", "with", "our", "customers", "thank", "you", "für", "Größe", "naïve", "R&amp;D",
    ]

    private mutating func lines() -> [String] {
        (0..<chance.number(2...12)).map { _ in sentence() }
    }

    private mutating func sentence() -> String {
        var text = (0..<chance.number(6...60)).map { _ in chance.one(of: Self.words) }.joined(separator: " ")
        if chance.happens(in: 15) {
            text += " <a href=\"https://example.org/page?id=\(chance.number(1...999))&amp;x=1\">here</a>"
        }
        if chance.happens(in: 15) { text = "<b>Note</b> " + text }
        return text + "."
    }

    private mutating func list() -> String {
        "<ul>" + (0..<chance.number(1...6)).map { _ in "<li>\(sentence())</li>" }.joined() + "</ul>"
    }

    private mutating func table() -> String {
        let rows = (0..<chance.number(1...8)).map { number in
            "<tr><td style=\"padding:4px\">\(number)</td><td>\(chance.one(of: Self.words))</td><td>\(sentence())</td></tr>"
        }
        return "<table border=\"1\" cellspacing=\"0\"><tbody>\(rows.joined())</tbody></table>"
    }

    private mutating func signature() -> String {
        "Bob Fox<br>Support<br>Example Ltd. | <a href=\"https://example.com\">www.example.com</a><br>+49 30 \(chance.number(100_000...999_999))"
    }
}
