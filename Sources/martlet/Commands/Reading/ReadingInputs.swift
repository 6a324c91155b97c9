// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import MIME

/// One mail to read: a file, or standard input as `-`.
struct ReadingInput: Sendable {
    /// As it was given; with `#2` behind it for the second letter of a file.
    var path: String
    /// Where the letter was cut out of its file already.
    private var letter: [UInt8]?

    init(path: String) { self.path = path }

    /// The letters of an mbox file; one that cannot be read stays as it is.
    var letters: [ReadingInput] {
        guard let bytes = try? read() else { return [self] }
        return Mbox(parsing: bytes).ranges.enumerated().map { index, range in
            var input = ReadingInput(path: "\(path)#\(index + 1)")
            input.letter = Mbox.letter(bytes, range)
            return input
        }
    }

    func read() throws -> [UInt8] {
        if let letter { return letter }
        if path == "-" { return [UInt8](FileHandle.standardInput.readDataToEndOfFile()) }
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    }
}

/// The argument of commands that read mail.
struct MboxArguments: ParsableArguments {
    @Flag(help: "The inputs hold letters one behind another (mbox).")
    var mbox = false

    func inputs(_ arguments: [String]) -> ReadingInputs {
        var list = ReadingInputs(arguments)
        guard mbox else { return list }
        list.inputs = list.inputs.flatMap(\.letters)
        list.isSingle = false
        return list
    }
}

/// The mails that the arguments of a command name.
struct ReadingInputs {
    var inputs: [ReadingInput] = []
    /// One file was named, and no folder.
    var isSingle: Bool

    init(_ arguments: [String]) {
        isSingle = arguments.count == 1
        for argument in arguments {
            var isFolder: ObjCBool = false
            if argument != "-", FileManager.default.fileExists(atPath: argument, isDirectory: &isFolder),
                isFolder.boolValue
            {
                isSingle = false
                inputs += ReadingInputs.files(below: argument)
            } else {
                inputs.append(ReadingInput(path: argument))
            }
        }
    }

    /// Every regular file, sorted by path; names with a leading dot are left out.
    private static func files(below folder: String) -> [ReadingInput] {
        var paths: [String] = []
        var folders = [folder]
        while let folder = folders.popLast() {
            for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where !name.hasPrefix(".")
            {
                let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
                switch (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType {
                case .typeDirectory: folders.append(path)
                case .typeRegular: paths.append(path)
                default: break
                }
            }
        }
        return paths.sorted().map { ReadingInput(path: $0) }
    }
}
