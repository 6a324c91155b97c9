// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation

/// What a command that reads makes of one input.
protocol ReadingResult: Sendable {
    var json: [(String, ParseJSON)] { get }
    /// For people.
    var page: String { get }
}

/// The options that all commands have which read files and print one result for each.
struct ReadingOptions: ParsableArguments {
    @Flag(help: "Print JSON.")
    var json = false

    @Option(help: "How many files are read at the same time.")
    var jobs = 1

    @Argument(help: ArgumentHelp("Files, folders, or - for standard input.", valueName: "input"))
    var inputs: [String]

    func validate() throws {
        guard (1...256).contains(jobs) else { throw ValidationError("--jobs must be between 1 and 256.") }
    }

    private struct Line: Sendable {
        var text: String
        var isFailure = false
    }

    /// Prints in input order, each result as soon as all before it are done. A file that cannot be opened is told of on
    /// its line, and by the exit status.
    func run(_ read: @escaping @Sendable ([UInt8]) -> some ReadingResult) async throws {
        let list = ParseInputs(inputs)
        let asPage = list.isSingle && !json
        let isPretty = list.isSingle
        var hasFailed = false
        await withTaskGroup(of: (Int, Line).self) { group in
            var next = 0
            var printed = 0
            var done: [Int: Line] = [:]
            func add() {
                guard next < list.inputs.count else { return }
                let (index, input) = (next, list.inputs[next])
                group.addTask { (index, ReadingOptions.line(input, asPage: asPage, isPretty: isPretty, read)) }
                next += 1
            }
            for _ in 0..<jobs { add() }
            while let (index, line) = await group.next() {
                done[index] = line
                while let line = done.removeValue(forKey: printed) {
                    FileHandle.standardOutput.write(Data(line.text.utf8))
                    hasFailed = hasFailed || line.isFailure
                    printed += 1
                }
                add()
            }
        }
        if hasFailed { throw ExitCode(1) }
    }

    private static func line(
        _ input: ParseInput, asPage: Bool, isPretty: Bool, _ read: ([UInt8]) -> some ReadingResult
    ) -> Line {
        let file = ("file", ParseJSON.string(input.path))
        guard let bytes = try? input.read() else {
            let object = ParseJSON.object([file, ("error", .string("cannot be read"))])
            let text = asPage ? "\(input.path): cannot be read" : isPretty ? object.pretty : object.compact
            return Line(text: text + "\n", isFailure: true)
        }
        let result = read(bytes)
        if asPage { return Line(text: result.page.withoutControls) }
        let object = ParseJSON.object([file] + result.json)
        return Line(text: (isPretty ? object.pretty : object.compact) + "\n")
    }
}

extension String {
    /// Without what a terminal would take for commands.
    fileprivate var withoutControls: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.filter { $0 == "\n" || $0 == "\t" || !($0.value < 32 || (127..<160).contains($0.value)) }
            ))
    }
}
