// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Words of the other side made fit to show: one line, no control or direction characters, bounded, without our secrets.
func scrubbed(_ text: String, hiding secrets: [String] = [], limit: Int = 400) -> String {
    var words = text
    for secret in secrets where !secret.isEmpty {
        words = words.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "****")
    }
    var result = ""
    var count = 0
    for scalar in words.unicodeScalars {
        if count == limit {
            result += "…"
            break
        }
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator:
            if result.last != " " { result += " " }
        case .format, .privateUse, .surrogate, .unassigned: continue
        default: result.unicodeScalars.append(scalar)
        }
        count += 1
    }
    while result.last == " " { result.removeLast() }
    return result
}

/// Words of anybody made fit for a log: one line, bounded, and without mail addresses.
public func loggable(_ text: String, limit: Int = 300) -> String {
    // What is far beyond the limit is not looked at.
    let start = String(text.unicodeScalars.prefix(limit * 4))
    var out = ""
    var word = ""
    func end() {
        out += word.contains("@") || word.lowercased().contains("%40") ? "(address)" : word
        word = ""
    }
    for scalar in start.unicodeScalars {
        if scalar.properties.isWhitespace || "<>()[]{},;:\"'=|".unicodeScalars.contains(scalar) {
            end()
            out.unicodeScalars.append(scalar)
        } else {
            word.unicodeScalars.append(scalar)
        }
    }
    end()
    return scrubbed(out, limit: limit)
}

extension ByteBuffer {
    /// All that can be read, as text; what is not UTF-8 shows as replacement characters.
    var text: String { String(decoding: readableBytesView, as: UTF8.self) }
}
