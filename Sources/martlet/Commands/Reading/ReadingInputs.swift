// SPDX-License-Identifier: Apache-2.0

import Foundation

/// One mail to read: a file, or standard input as `-`.
struct ReadingInput: Sendable {
    /// As it was given.
    var path: String

    func read() throws -> [UInt8] {
        if path == "-" { return [UInt8](FileHandle.standardInput.readDataToEndOfFile()) }
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
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
