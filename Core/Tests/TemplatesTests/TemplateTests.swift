// SPDX-License-Identifier: Apache-2.0

import Templates
import Testing

@Suite("A template")
struct TemplateTests {
    private func html(_ source: String, _ values: TemplateValue) throws -> String {
        try Template(parsing: source, as: .html).render(values)
    }

    private func text(_ source: String, _ values: TemplateValue) throws -> String {
        try Template(parsing: source, as: .text).render(values)
    }

    @Test(
        "escapes every text in HTML, whichever braces it stands in",
        arguments: ["{{word}}", "{{{word}}}", "{{&word}}", "{{&  word  }}", "{{#list}}{{.}}{{/list}}", "{{map.word}}"])
    func escapes(source: String) throws {
        let word: TemplateValue = .text("<b a=\"1\" c='2'>&`")
        let written = try html(source, ["word": word, "list": [word], "map": ["word": word]])
        #expect(written == "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;&#96;")
    }

    @Test("escapes what a transform gives")
    func escapesTransformed() throws {
        #expect(try html("{{uppercased(word)}}", ["word": "<i>ß&"]) == "&lt;I&gt;SS&amp;")
        #expect(try html("{{first(list)}} of {{count(list)}}", ["list": ["<", ">"]]) == "&lt; of 2")
    }

    @Test("lets only a value in unescaped that says it is HTML")
    func takesMarkup() throws {
        #expect(try html("{{a}}|{{{a}}}", ["a": .html("<p>x</p>")]) == "<p>x</p>|<p>x</p>")
    }

    @Test("escapes nothing in text")
    func textIsPlain() throws {
        #expect(try text("{{a}} {{{a}}} {{&a}}", ["a": "<&>'\""]) == "<&>'\" <&>'\" <&>'\"")
    }

    @Test(
        "renders sections, inverted sections and notes",
        arguments: [
            ("{{#yes}}a{{/yes}}{{^yes}}b{{/yes}}", "a"), ("{{#no}}a{{/no}}{{^no}}b{{/no}}", "b"),
            ("{{#none}}a{{/none}}{{^none}}b{{/none}}", "b"), ("{{#empty}}a{{/empty}}{{^empty}}b{{/empty}}", "b"),
            ("{{#word}}a{{/word}}{{^word}}b{{/word}}", "a"), ("{{#zero}}a{{/zero}}{{^zero}}b{{/zero}}", "b"),
            ("{{#list}}{{n}}{{^last()}}, {{/last()}}{{/list}}", "1, 2, 3"), ("a{{! a note }}b", "ab"),
            ("{{#map}}{{inner}}{{/map}}", "deep"), ("{{map.inner}}{{map.other}}{{word.inner}}", "deep"),
            ("{{missing}}", ""), ("a\n{{#yes}}\nb\n{{/yes}}\nc", "a\nb\nc"), ("{ {{word}} } }}", "{ w } }}"),
        ])
    func sections(source: String, expected: String) throws {
        let values: TemplateValue = [
            "yes": true, "no": false, "empty": "", "word": "w", "zero": [], "map": ["inner": "deep"],
            "list": [["n": "1"], ["n": "2"], ["n": "3"]],
        ]
        #expect(try text(source, values) == expected)
    }

    @Test("renders the same text each time")
    func isRepeatable() throws {
        let template = try Template(parsing: "{{#a}}{{b}}{{/a}}", as: .html)
        let values: TemplateValue = ["a": [["b": "1"], ["b": "&"]]]
        #expect(try template.render(values) == "1&amp;")
        #expect(try template.render(values) == "1&amp;")
    }
}

@Suite("A template that cannot be used")
struct TemplateErrorTests {
    static let faults: [(String, TemplateError.Code, String)] = [
        (
            "Hello\n{{#issue}}\nx", .sectionNotClosed,
            "Line 2: the section “issue” is never closed; write {{/issue}} at its end."
        ),
        (
            "{{#issue}}\n\n{{/isue}}", .sectionNotOpen,
            "Line 3: “isue” is closed here, but the open section is “issue” of line 1."
        ),
        ("a\r\nb{{/issue}}", .sectionNotOpen, "Line 2: the section “issue” is closed but was never opened."),
        ("{{> other}}", .partialRefused, "Line 1: a template cannot take in another one; write its text here."),
        (
            "\n{{<other}}{{/other}}", .partialRefused,
            "Line 2: a template cannot take in another one; write its text here."
        ),
        (
            "{{$block}}{{/block}}", .partialRefused,
            "Line 1: a template cannot take in another one; write its text here."
        ),
        ("{{=<% %>=}}", .settingRefused, "Line 1: delimiters and settings cannot be changed inside of a template."),
        (
            "{{%CONTENT_TYPE: HTML}}", .settingRefused,
            "Line 1: delimiters and settings cannot be changed inside of a template."
        ),
        ("one\ntwo {{name", .tagMalformed, "Line 2: a tag is opened by “{{” and never closed."),
        (
            "one\n\n{{a name}}", .tagMalformed,
            "Line 3: a tag cannot be read; a tag is two braces, a name of letters, digits, “.”, “-” or “_”, two braces."
        ),
    ]

    @Test("names the line and what to do", arguments: faults)
    func fault(source: String, code: TemplateError.Code, said: String) {
        let error = #expect(throws: TemplateError.self) { try Template(parsing: source, as: .html) }
        #expect(error?.code == code)
        #expect(error?.description == said)
    }

    @Test("is refused when it is longer or deeper than the limits")
    func limits() throws {
        let limits = TemplateLimits(templateBytes: 100, sectionDepth: 2, outputBytes: 100)
        let long = #expect(throws: TemplateError.self) {
            try Template(parsing: String(repeating: "x", count: 101), as: .text, limits: limits)
        }
        #expect(long?.description == "the template is longer than 100 bytes; make it shorter.")
        let deep = #expect(throws: TemplateError.self) {
            try Template(parsing: "{{#a}}\n{{#b}}\n{{#c}}{{/c}}{{/b}}{{/a}}", as: .text, limits: limits)
        }
        #expect(deep?.description == "Line 3: sections are nested deeper than 2; take some apart.")
        _ = try Template(parsing: "{{#a}}{{#b}}{{/b}}{{/a}}", as: .text, limits: limits)
    }

    @Test("stops a rendering that would grow without end, soon")
    func output() throws {
        let many = TemplateValue.list(Array(repeating: "x", count: 1000))
        let source = String(repeating: "{{#a}}", count: 12) + "." + String(repeating: "{{/a}}", count: 12)
        let template = try Template(parsing: source, as: .text)
        let error = #expect(throws: TemplateError.self) { try template.render(["a": many]) }
        #expect(error?.code == .outputTooLarge)
        #expect(
            error?.description == "the text would be longer than 4194304 bytes; show fewer or shorter values.")
    }

    @Test("is refused an output longer than its limit even without a loop")
    func longValue() throws {
        let limits = TemplateLimits(templateBytes: 100, sectionDepth: 2, outputBytes: 10)
        let template = try Template(parsing: "{{a}}", as: .html, limits: limits)
        #expect(try template.render(["a": "0123456789"]) == "0123456789")
        #expect(throws: TemplateError.self) { try template.render(["a": "012345678&"]) }
    }
}
