// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Writes for people: what strangers wrote in it tells their terminal nothing.
func printLine(_ words: String) {
    FileHandle.standardOutput.write(Data("\(words.withoutControls)\n".utf8))
}

/// Writes for programs.
func printJSON(_ text: String) {
    FileHandle.standardOutput.write(Data("\(text.withEscapedControls)\n".utf8))
}

extension String {
    /// Without what a terminal would take for commands.
    var withoutControls: String {
        let isShown = { (scalar: Unicode.Scalar) in
            scalar == "\n" || scalar == "\t" || scalar.value >= 32 && !scalar.isLateControl
        }
        // The last of these leads the bytes of U+0080 to U+00BF.
        guard utf8.contains(where: { $0 < 32 && $0 != 9 && $0 != 10 || $0 == 127 || $0 == 0xC2 }) else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.filter(isShown)))
    }

    /// As one field of a line: whoever wrote it ends neither.
    var asField: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.value < 32 ? " " : $0 }))
    }

    /// JSON whose strings hold no control; those below U+0020 it escapes by itself.
    fileprivate var withEscapedControls: String {
        var out = ""
        for scalar in unicodeScalars {
            if scalar.isLateControl {
                out += "\\u00" + String(scalar.value, radix: 16)
            } else {
                out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}

extension Unicode.Scalar {
    /// DEL, and those by which terminals know commands in one character.
    fileprivate var isLateControl: Bool { (127..<160).contains(value) }
}
