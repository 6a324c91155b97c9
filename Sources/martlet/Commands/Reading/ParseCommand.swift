// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// Shows how Martlet reads mail: `martlet parse letter.eml`.
struct ParseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parse",
        abstract: "Reads mails and shows their fields, parts and attachments.",
        discussion:
            "With one file and without --json it prints for people. With many, or a folder, it prints one JSON object a line."
    )

    @OptionGroup var arguments: ReadingArguments
    @OptionGroup var mbox: MboxArguments

    @Flag(help: "Put the decoded bytes of each part into the JSON, in base64.")
    var bodies = false

    func run() async throws {
        let withBodies = bodies
        let inputs = mbox.inputs(arguments.inputs)
        try await ReadingRun(arguments: arguments, inputs: inputs) { ParsedMail($0).answer(withBodies: withBodies) }()
    }
}
