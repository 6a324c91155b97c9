// SPDX-License-Identifier: Apache-2.0

import MIME

/// Looks for a person in a letter as people read it: its fields, texts and files, whatever they are encoded by.
enum LetterSearch {
    /// A letter is held whole for that. A larger one, which is there only while it waits, is looked through as it came.
    static let most = 64 << 20

    static func finds(_ person: PersonName, in raw: [UInt8]) -> Bool {
        func has(_ bytes: some Sequence<UInt8>) -> Bool { PersonSearch.finds(person, in: .mail, bytes) }
        func has(_ text: String?) -> Bool { text.map { has($0.utf8) } ?? false }
        let message = parse(raw)
        var contents = PartContents(of: message, in: raw)
        for (index, part) in message.parts.enumerated() {
            if part.fields.indices.contains(where: { has(part.fields.decodedValue(at: $0)) }) { return true }
            if has(part.filename) || has(part.text) { return true }
            if part.encoding != .identity, part.childCount == 0, has(contents.bytes(of: index)) { return true }
        }
        return message.unpacked(in: raw).contains { unpacked in
            if has(unpacked.text) || has(unpacked.html) { return true }
            let bytes = contents.bytes(of: unpacked.part)
            return unpacked.files.contains { has($0.name) || has($0.content(of: bytes)) }
        }
    }
}
