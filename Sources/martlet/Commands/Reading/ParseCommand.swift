// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation

/// Shows how Martlet reads mail: `martlet parse letter.eml`.
struct ParseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parse",
        abstract: "Reads mails and shows their fields, parts and attachments.",
        discussion:
            "With one file and without --json it prints for people. With many, or a folder, it prints one JSON object a line."
    )

    @Flag(help: "Print JSON.")
    var json = false

    @Flag(help: "Put the decoded bytes of each part into the JSON, in base64.")
    var bodies = false

    @Option(help: "How many mails are read at the same time.")
    var jobs = 1

    @Argument(help: ArgumentHelp("Files, folders, or - for standard input.", valueName: "input"))
    var inputs: [String]

    func validate() throws {
        guard (1...256).contains(jobs) else { throw ValidationError("--jobs must be between 1 and 256.") }
    }

    func run() async throws {
        let list = ParseInputs(inputs)
        if list.isSingle, let input = list.inputs.first {
            let result = ParseResult(input, withBodies: bodies)
            ParseCommand.write(json ? result.json.pretty + "\n" : result.page)
            if result.isFailure { throw ExitCode(1) }
            return
        }
        if try await readAll(list.inputs) { throw ExitCode(1) }
    }

    /// Prints in input order, each line as soon as all before it are done. True when some file could not be read.
    private func readAll(_ inputs: [ParseInput]) async throws -> Bool {
        var hasFailed = false
        var done: [Int: ParseResult.Line] = [:]
        var printed = 0
        await withTaskGroup(of: (Int, ParseResult.Line).self) { group in
            var next = 0
            func add() {
                guard next < inputs.count else { return }
                let (index, input) = (next, inputs[next])
                let withBodies = bodies
                group.addTask { (index, ParseResult(input, withBodies: withBodies).line) }
                next += 1
            }
            for _ in 0..<jobs { add() }
            while let (index, line) = await group.next() {
                done[index] = line
                while let line = done.removeValue(forKey: printed) {
                    ParseCommand.write(line.text + "\n")
                    hasFailed = hasFailed || line.isFailure
                    printed += 1
                }
                add()
            }
        }
        return hasFailed
    }

    private static func write(_ text: String) {
        FileHandle.standardOutput.write(Data(text.utf8))
    }
}
