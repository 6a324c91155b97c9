// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation

/// The arguments of every command that only reads.
struct ReadingArguments: ParsableArguments {
    @Flag(help: "Print JSON.")
    var json = false

    @Option(help: "How many inputs are read at the same time.")
    var jobs = 1

    @Argument(help: ArgumentHelp("Files, folders, or - for standard input.", valueName: "input"))
    var inputs: [String]

    func validate() throws {
        guard (1...256).contains(jobs) else { throw ValidationError("--jobs must be between 1 and 256.") }
    }
}

/// What a command says of one input: for programs, and for people.
struct ReadingAnswer {
    let members: [(String, OrderedJSON)]
    /// Written only where a person is to read it.
    let page: () -> String

    init(members: [(String, OrderedJSON)], page: @autoclosure @escaping () -> String) {
        self.members = members
        self.page = page
    }
}

/// Reads one input after the other and prints the answers in the order of the inputs, each as soon as it is due.
struct ReadingRun: Sendable {
    let arguments: ReadingArguments
    /// Those that the arguments name, where it is nil.
    var inputs: ReadingInputs?
    let answer: @Sendable ([UInt8]) -> ReadingAnswer

    private struct Line: Sendable {
        var json: OrderedJSON
        var isFailure: Bool
    }

    func callAsFunction() async throws {
        let list = inputs ?? ReadingInputs(arguments.inputs)
        if list.isSingle, let input = list.inputs.first {
            let (line, page) = read(input)
            write(arguments.json ? line.json.pretty + "\n" : page().withoutControls)
            if line.isFailure { throw ExitCode(1) }
        } else if await readAll(list.inputs) {
            throw ExitCode(1)
        }
    }

    private func read(_ input: ReadingInput) -> (line: Line, page: () -> String) {
        guard let bytes = try? input.read() else {
            let reason = "cannot be read"
            let members: [(String, OrderedJSON)] = [("file", .string(input.path)), ("error", .string(reason))]
            return (Line(json: .object(members), isFailure: true), { "\(input.path): \(reason)\n" })
        }
        let answer = answer(bytes)
        let json = OrderedJSON.object([("file", .string(input.path))] + answer.members)
        return (Line(json: json, isFailure: false), answer.page)
    }

    /// True when some input could not be read.
    private func readAll(_ inputs: [ReadingInput]) async -> Bool {
        var hasFailed = false
        var done: [Int: Line] = [:]
        var printed = 0
        await withTaskGroup(of: (Int, Line).self) { group in
            var waiting = inputs.indices.makeIterator()
            func add() {
                guard let index = waiting.next() else { return }
                group.addTask { (index, read(inputs[index]).line) }
            }
            for _ in 0..<arguments.jobs { add() }
            while let (index, line) = await group.next() {
                done[index] = line
                while let line = done.removeValue(forKey: printed) {
                    write(line.json.compact + "\n")
                    hasFailed = hasFailed || line.isFailure
                    printed += 1
                }
                add()
            }
        }
        return hasFailed
    }

    private func write(_ text: String) {
        FileHandle.standardOutput.write(Data(text.utf8))
    }
}
