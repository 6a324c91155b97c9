// SPDX-License-Identifier: Apache-2.0

import Foundation
import Markup
import Testing

private let reference = ProcessInfo.processInfo.environment["MARTLET_REFERENCE"]

@Suite("Atlassian's own schema")
struct ADFSchemaTests {
    /// Documents of every shape that our types can say, sensible or not.
    private static func blocks(_ chance: inout Chance, depth: Int) -> [Block] {
        (0..<Int.random(in: 0...3, using: &chance)).map { _ in block(&chance, depth: depth) }
    }

    private static func block(_ chance: inout Chance, depth: Int) -> Block {
        let inside = { (chance: inout Chance) in depth > 0 ? blocks(&chance, depth: depth - 1) : [] }
        switch Int.random(in: 0...8, using: &chance) {
        case 0: return .paragraph(inlines(&chance))
        case 1: return .heading(level: Int.random(in: -1...9, using: &chance), inlines(&chance))
        case 2: return .bulletList((0..<Int.random(in: 0...2, using: &chance)).map { _ in ListItem(inside(&chance)) })
        case 3: return .orderedList(start: Int.random(in: -2...99, using: &chance), [ListItem(inside(&chance))])
        case 4: return .blockquote(inside(&chance))
        case 5: return .codeBlock(["", "code\nmore", "\u{0}"].randomElement(using: &chance) ?? "")
        case 6: return .rule
        case 7:
            let rows = (0..<Int.random(in: 0...2, using: &chance)).map { _ in
                TableRow(
                    (0..<Int.random(in: 0...2, using: &chance)).map { _ in
                        TableCell(inside(&chance), isHeader: .random(using: &chance), columns: 2, rows: 3)
                    })
            }
            return .table(rows)
        default: return .expand(title: ["", "Quoted", "\u{1}"].randomElement(using: &chance) ?? "", inside(&chance))
        }
    }

    private static func inlines(_ chance: inout Chance) -> [Inline] {
        (0..<Int.random(in: 0...4, using: &chance)).map { _ in
            let links = [nil, "https://example.org", "javascript:x", ""]
            let colors = [nil, "#ff0000", "#FF00", "red\n", "#ff000\u{665}"]
            let sources: [Image.Source] = [.contentID("a@b"), .url("https://example.org/x.png"), .url("")]
            switch Int.random(in: 0...4, using: &chance) {
            case 0: return .hardBreak
            case 1:
                return .image(
                    Image(
                        sources.randomElement(using: &chance) ?? .url(""),
                        alternative: ["", "alt"].randomElement(using: &chance) ?? ""))
            default:
                let style = Marks.Style(rawValue: Int.random(in: 0...127, using: &chance))
                let marks = Marks(
                    style, link: links.randomElement(using: &chance) ?? nil,
                    color: colors.randomElement(using: &chance) ?? nil)
                return .text(["", "text", "\u{0}", "a\u{FFFF}", "\n"].randomElement(using: &chance) ?? "", marks)
            }
        }
    }

    private static func documents() -> [Document] {
        var chance = Chance(seed: 57)
        let made = (0..<120).map { _ in Document(blocks: blocks(&chance, depth: 4)) }
        let read = (0..<120).map { _ in Document(html: randomHTML(&chance)) }
        let fixtures =
            HTMLReadingTests.texts.map { Document(html: $0.0) } + TrimHTMLTests.clients.map { Document(html: $0.1) }
        let trimmed = TrimHTMLTests.clients.flatMap { client in
            let parts = trim(html: "<p>Yes.</p>" + client.1)
            return [parts.document, parts.elidedDocument]
        }
        let texts = TrimTextTests.heads.map { Document(text: $0.1 + "\n> quoted\n>> twice") }
        let hostile = SanitizerTests.payloads.map { Document(html: $0) }
        return made + read + fixtures + trimmed + texts + hostile
    }

    @Test(
        "accepts every document that we write",
        .enabled(if: reference != nil, "needs the reference folder: set MARTLET_REFERENCE"))
    func accepts() throws {
        let documents = Self.documents()
        let input = FileManager.default.temporaryDirectory.appending(path: "adf-\(UUID().uuidString).jsonl")
        defer { try? FileManager.default.removeItem(at: input) }
        var bytes: [UInt8] = []
        for document in documents { bytes += document.adf.serialized + [0x0A] }
        try Data(bytes).write(to: input)

        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../Scripts/validate-adf").standardizedFileURL
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        let python = ProcessInfo.processInfo.environment["MARTLET_TEST_PYTHON"] ?? "python3"
        process.arguments = [
            python, script.path, "\(reference ?? "")/jira/adf/full-57.3.4.json", input.path,
        ]
        process.standardOutput = output
        try process.run()
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(String(decoding: said, as: UTF8.self) == "\(documents.count) valid, 0 invalid\n")
    }
}
