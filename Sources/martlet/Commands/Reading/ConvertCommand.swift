// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Markup

/// Shows HTML in the formats that Jira takes: `martlet convert --from html --to adf body.html`.
struct ConvertCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Converts HTML to text, wiki markup, Markdown or Atlassian Document Format.",
        discussion:
            "With one file and without --json it prints the output alone. With many, or a folder, it prints one JSON object a line."
    )

    enum Source: String, ExpressibleByArgument, CaseIterable {
        case html
    }

    enum Target: String, ExpressibleByArgument, CaseIterable {
        case text, wiki, adf, markdown
    }

    @Option(help: "What the input is.")
    var from: Source

    @Option(help: "What it is to become.")
    var to: Target

    @OptionGroup var arguments: ReadingArguments

    func run() async throws {
        let target = to
        try await ReadingRun(arguments: arguments) { bytes in
            let output = output(of: Document(html: decodedHTML(bytes)), as: target)
            return ReadingAnswer(members: [("output", output)], page: output.page + "\n")
        }()
    }
}

private func output(of document: Document, as target: ConvertCommand.Target) -> OrderedJSON {
    switch target {
    case .text: .string(document.text(showingLinks: .labelsAndAddresses))
    case .wiki: .string(document.wiki)
    case .markdown: .string(document.markdown)
    case .adf: OrderedJSON(document.adf)
    }
}

extension OrderedJSON {
    /// A text alone, or the value as JSON.
    fileprivate var page: String {
        if case .string(let text) = self { text } else { pretty }
    }

    /// The same value, members sorted by name.
    fileprivate init(_ value: JSONValue) {
        self =
            switch value {
            case .null: .null
            case .bool(let value): .bool(value)
            case .integer(let value): .int(value)
            case .double(let value): .string(String(value))
            case .string(let text): .string(text)
            case .array(let items): .list(items.map { OrderedJSON($0) })
            case .object(let members):
                .object(members.sorted { $0.key < $1.key }.map { ($0.key, OrderedJSON($0.value)) })
            }
    }
}
