// SPDX-License-Identifier: Apache-2.0

import Store
import Templates

/// The filtered HTML of a letter.
struct HTMLPage: Sendable {
    let title: String
    let hasHTML: Bool
    let isFiltered: Bool
    let removed: String
    let html: TrustedHTML

    static let template = """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{{title}} - HTML of the letter</title></head><body>
        {{^hasHTML}}<p>The letter has no HTML.</p>{{/hasHTML}}
        {{#isFiltered}}<p>Left out: {{removed}}.</p><hr>{{/isFiltered}}
        {{html}}
        </body></html>
        """
}

/// Text of a letter, or its source, as far as it is shown.
struct TextPage: Sendable {
    let text: String
    let isCut: Bool
    let shown: String
    let back: String
    let file: String

    /// The decoded text.
    init(text: String, of letter: KeptLetter, limit: Int) {
        let piece = text.utf8.count > limit ? String(decoding: text.utf8.prefix(limit), as: UTF8.self) : text
        self.init(text: piece, isCut: text.utf8.count > limit, shown: words(bytes: limit), letter)
    }

    /// The beginning of the source.
    init(bytes: [UInt8], of letter: KeptLetter) {
        self.init(
            text: String(decoding: bytes, as: UTF8.self), isCut: bytes.count < letter.body.size,
            shown: words(bytes: bytes.count), letter)
    }

    private init(text: String, isCut: Bool, shown: String, _ letter: KeptLetter) {
        self.text = text
        self.isCut = isCut
        self.shown = shown
        back = Route.letter.of(letter.job.id)
        file = Route.letterFile.of(letter.job.id)
    }

    static let template = """
        <p><a href="{{back}}">Back to the letter</a></p>
        {{#isCut}}<p class="problem">Only the first {{shown}} are shown: the <a href="{{file}}">download</a> has
        everything.</p>{{/isCut}}
        <pre tabindex="0">{{text}}</pre>
        """
}
