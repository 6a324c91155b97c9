// SPDX-License-Identifier: Apache-2.0

/// Text in quoted-printable: lines of at most 76 characters, line ends as CRLF.
func quotedPrintable(_ text: String) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(text.utf8.count * 5 / 4)
    for line in text.utf8.split(separator: 10, omittingEmptySubsequences: false) {
        var column = 0
        let last = line.index(line.endIndex, offsetBy: -1, limitedBy: line.startIndex)
        for index in line.indices {
            let byte = line[index]
            let isBlankAtEnd = (byte == 32 || byte == 9) && index == last
            // A line of a mail store must not look like the start of a message, nor SMTP's end.
            let isRisky = column == 0 && (byte == 0x2E || byte == 0x46 || byte == 0x2D)
            let isLiteral = (byte >= 32 && byte < 127 && byte != 0x3D) || byte == 9
            let width = isLiteral && !isBlankAtEnd && !isRisky ? 1 : 3
            if column + width > 75 {
                out += [0x3D, 13, 10]
                column = 0
            }
            if width == 1 { out.append(byte) } else { appendEscape(byte, mark: 0x3D, to: &out) }
            column += width
        }
        out += [13, 10]
    }
    if out.count >= 2 { out.removeLast(2) }
    return out
}
