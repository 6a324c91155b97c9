// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Markup

/// Shows HTML as it may be shown to a person: `martlet sanitize body.html`.
struct SanitizeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sanitize",
        abstract: "Rebuilds HTML so that nothing in it can run, load or reach out.",
        discussion:
            "With one file and without --json it prints the HTML alone. With many, or a folder, it prints one JSON object a line."
    )

    @OptionGroup var arguments: ReadingArguments

    func run() async throws {
        try await ReadingRun(arguments: arguments) { bytes in
            let safe = sanitize(decodedHTML(bytes))
            return ReadingAnswer(
                members: [("html", .string(safe.html)), ("removed", .strings(safe.removed))], page: safe.html + "\n")
        }()
    }
}
