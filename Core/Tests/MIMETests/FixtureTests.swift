// SPDX-License-Identifier: Apache-2.0

import Foundation
import MIME
import TestKit
import Testing

private let letters = Fixtures.names(in: "messages", ending: "eml")

@Suite("The letters under Fixtures")
struct FixtureTests {
    @Test("are found, at least forty")
    func count() {
        #expect(letters.count >= 40)
    }

    @Test("read as their JSON says", arguments: letters)
    func reads(_ letter: Fixtures.Name) throws {
        let raw = try Fixtures.bytes(letter, ending: "eml")
        let wanted = try #require(
            try JSONSerialization.jsonObject(with: Fixtures.data(letter, ending: "json")) as? [String: Any])
        let found = description(of: parse(raw))
        #expect(!wanted.isEmpty)
        for (key, value) in wanted {
            let got = try #require(found[key], "no such key: \(key)")
            #expect(canonical(got) == canonical(value), "\(key)")
        }
    }

    @Test("give the same value wherever they are cut", arguments: letters)
    func cut(_ letter: Fixtures.Name) throws {
        let raw = try Fixtures.bytes(letter, ending: "eml")
        let difference = DripFeed.firstDifference(raw) { pieces in
            var parser = MessageParser()
            for piece in pieces { parser.consume(piece) }
            return parser.finish()
        }
        #expect(difference == nil)
    }

    @Test(
        "read the same with LF and with CRLF",
        arguments: letters.filter { !$0.path.hasSuffix("utf-16") && !$0.path.hasSuffix("bare-cr") })
    func twins(_ letter: Fixtures.Name) throws {
        let raw = try Fixtures.bytes(letter, ending: "eml")
        let (unix, network) = (parse(DripFeed.lf(raw)), parse(DripFeed.crlf(raw)))
        #expect(Shape(unix) == Shape(network))
    }

    @Test("give each attachment as many bytes as they say", arguments: letters)
    func sizes(_ letter: Fixtures.Name) throws {
        let raw = try Fixtures.bytes(letter, ending: "eml")
        let message = parse(raw)
        var contents = PartContents(of: message, in: raw)
        for attachment in message.attachments { #expect(contents.bytes(of: attachment).count == attachment.size) }
    }

    /// A value as JSON text, so that numbers, lists and nulls compare by what they are.
    private func canonical(_ value: Any) -> String {
        let data = try? JSONSerialization.data(
            withJSONObject: [value], options: [.sortedKeys, .withoutEscapingSlashes])
        return data.map { String(decoding: $0, as: UTF8.self) } ?? "no JSON"
    }

    private func description(of message: Message) -> [String: Any] {
        func people(_ mailboxes: [Mailbox]) -> [[String: String]] {
            mailboxes.map { ["name": $0.name, "address": $0.address] }
        }
        return [
            "subject": message.subject ?? NSNull(),
            "from": people(message.from), "reply_to": people(message.replyTo),
            "to": people(message.to), "cc": people(message.cc), "bcc": people(message.bcc),
            "date": message.date?.description ?? NSNull(),
            "message_id": message.messageID?.rawValue ?? NSNull(),
            "in_reply_to": message.inReplyTo.map(\.rawValue), "references": message.references.map(\.rawValue),
            "text": message.text, "html": message.html ?? NSNull(),
            "charset": message.parts.lazy.compactMap(\.charset).first ?? NSNull(),
            "types": message.parts.map(\.type),
            "defects": message.defects.map(\.kind.rawValue).sorted(),
            "signs": message.automaticSigns.map(\.kind.rawValue),
            "attachments": message.attachments.map {
                ["name": $0.name ?? NSNull(), "type": $0.type, "size": $0.size, "inline": $0.isInline] as [String: Any]
            },
            "delivery": message.parts.filter { $0.type.hasSuffix("delivery-status") }.flatMap {
                DeliveryStatus(parsing: $0.text ?? "").recipients
            }.map {
                [
                    "address": $0.address, "action": $0.action, "status": $0.status,
                    "diagnostic": $0.diagnostic ?? NSNull(),
                    "original": $0.originalRecipient ?? NSNull(), "remote": $0.remoteServer ?? NSNull(),
                ] as [String: Any]
            },
        ]
    }
}

/// All of a message but offsets and sizes.
struct Shape: Equatable {
    var fields: [[Field]]
    var types: [ContentType]
    var texts: [String?]
    var children: [Int]
    var defects: [Defect]

    init(_ message: Message) {
        fields = message.parts.map { Array($0.fields) }
        types = message.parts.map(\.contentType)
        texts = message.parts.map(\.text)
        children = message.parts.map(\.childCount)
        defects = message.defects
    }
}
