// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// A command for the server, without its tag.
///
/// It goes out in chunks: one, unless a value can only travel as a literal that the server has to ask for.
///
///     C: a2 LOGIN {5}
///     S: + go on
///     C: ren<e-acute> {6}
///     S: + go on
///     C: secret
struct IMAPCommand: Sendable, Equatable {
    struct Chunk: Sendable, Equatable {
        var bytes: [UInt8]
        /// The same with secrets blotted out, for transcripts.
        var shown: String

        init(_ text: String = "") {
            bytes = Array(text.utf8)
            shown = text
        }

        mutating func append(_ text: String, shown: String? = nil) {
            bytes.append(contentsOf: text.utf8)
            self.shown += shown ?? text
        }
    }

    /// Whether the server takes literals without being asked (LITERAL+, RFC 7888).
    enum Literals: Sendable {
        case synchronizing
        case immediate
    }

    let name: String
    private(set) var chunks: [Chunk]

    init(_ name: String, _ words: String = "") {
        self.name = name
        chunks = [Chunk(words.isEmpty ? name : "\(name) \(words)")]
    }

    /// A value as a quoted string, or as a literal where it holds what a quoted string cannot.
    func string(_ value: String, shown: String? = nil, literals: Literals) -> IMAPCommand {
        var command = self
        let isPlain = value.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f } && value.utf8.count <= 1000
        if isPlain {
            let escaped = value.reduce(into: "") { $0 += $1 == "\\" || $1 == "\"" ? "\\\($1)" : "\($1)" }
            command.append(" \"\(escaped)\"", shown: shown.map { " \"\($0)\"" })
        } else if literals == .immediate {
            command.append(" {\(value.utf8.count)+}\r\n")
            command.append(value, shown: shown)
        } else {
            command.append(" {\(value.utf8.count)}")
            command.chunks.append(Chunk())
            command.append(value, shown: shown)
        }
        return command
    }

    /// A line that is sent when the server asks for it.
    func line(_ text: String, shown: String? = nil) -> IMAPCommand {
        var command = self
        command.chunks.append(Chunk())
        command.append(text, shown: shown)
        return command
    }

    /// Text on the current line.
    func words(_ text: String, shown: String? = nil) -> IMAPCommand {
        var command = self
        command.append(" \(text)", shown: shown.map { " \($0)" })
        return command
    }

    private mutating func append(_ text: String, shown: String? = nil) {
        chunks[chunks.count - 1].append(text, shown: shown)
    }
}
