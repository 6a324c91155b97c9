// SPDX-License-Identifier: Apache-2.0

import Kit
import MIME

/// Reads letters to the end: texts in UTF-8, files as bytes, addresses, dates and ids as values.
struct Reading {
    /// What came out, so that nothing is left undone and peers can be compared.
    struct Totals {
        var messages = 0
        var textBytes = 0
        var fileBytes = 0
        var addresses = 0
        var ids = 0
        var dates = 0
        var headerBytes = 0
    }

    private(set) var totals = Totals()

    mutating func read(_ raw: [UInt8]) {
        let message = parse(raw)
        totals.messages += 1
        for index in message.fields.indices { totals.headerBytes += message.fields.decodedValue(at: index).utf8.count }
        for name in ["From", "To", "Cc", "Reply-To"] { totals.addresses += message.mailboxes(name).count }
        if message.date != nil { totals.dates += 1 }
        if message.messageID != nil { totals.ids += 1 }
        totals.ids += message.references.count + message.inReplyTo.count
        var contents = PartContents(of: message, in: raw)
        for (index, part) in message.parts.enumerated() where !part.isMultipart && !part.isMessage {
            if let text = part.text {
                totals.textBytes += text.utf8.count
            } else {
                totals.fileBytes += contents.bytes(of: index).count
            }
        }
    }

    /// Seconds of this processor for one pass.
    static func pass(over pack: Pack) -> (seconds: Double, totals: Totals) {
        var reading = Reading()
        let began = processorSeconds()
        for letter in pack.letters { reading.read(letter) }
        return (processorSeconds() - began, reading.totals)
    }
}
