// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import MIME
import Vault

/// Shows what is in a `winmail.dat`: `martlet tnef winmail.dat`.
struct TNEFCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tnef",
        abstract: "Shows the bodies and files inside of a winmail.dat.",
        discussion:
            "With one file and without --json it prints for people. With many, or a folder, it prints one JSON object a line."
    )

    @OptionGroup var arguments: ReadingArguments

    @Flag(help: "Put the bytes of each file and body into the JSON, in base64.")
    var bodies = false

    func run() async throws {
        let withBodies = bodies
        try await ReadingRun(arguments: arguments) { UnpackedTNEF($0, withBodies: withBodies).answer }()
    }
}

/// A stream beside its bytes.
private struct UnpackedTNEF {
    private let bytes: [UInt8]
    private let tnef: TNEF
    private let withBodies: Bool

    init(_ bytes: [UInt8], withBodies: Bool) {
        self.bytes = bytes
        self.withBodies = withBodies
        tnef = TNEF(parsing: bytes)
    }

    var answer: ReadingAnswer { ReadingAnswer(members: members, page: page) }

    private var members: [(String, OrderedJSON)] {
        [
            (
                "attachments",
                .list(
                    tnef.files.map { file in
                        .object(
                            [("name", .string(file.name)), ("type", .string(file.type))]
                                + content(Array(bytes[file.range])))
                    })
            ),
            (
                "bodies",
                .list(
                    tnef.bodies.map { body in
                        .object([("type", .string(body.kind.rawValue))] + content(body.bytes))
                    })
            ),
            ("subject", .optional(tnef.subject)),
            ("defects", .strings(tnef.defects.map(\.rawValue))),
        ]
    }

    private func content(_ bytes: [UInt8]) -> [(String, OrderedJSON)] {
        var pairs: [(String, OrderedJSON)] = [("size", .int(bytes.count)), ("sha1", .string(digest(.sha1, bytes)))]
        if withBodies { pairs.append(("body", .string(Data(bytes).base64EncodedString()))) }
        return pairs
    }

    private var page: String {
        var lines = [tnef.subject.map { "Subject: \($0)" } ?? "No subject"]
        lines += tnef.bodies.map { "\($0.kind.rawValue), \($0.bytes.count) bytes" }
        lines += tnef.files.map {
            "\(String(repeating: "  ", count: $0.depth))\($0.name), \($0.type), \($0.range.count) bytes"
        }
        lines += tnef.defects.map { "! \($0.rawValue)" }
        return lines.joined(separator: "\n") + "\n\n" + (tnef.text ?? "") + "\n"
    }
}
