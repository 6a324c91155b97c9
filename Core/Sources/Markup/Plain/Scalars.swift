// SPDX-License-Identifier: Apache-2.0

// Marks of a format are looked for scalar by scalar: Swift joins a mark and a combining scalar behind it to one character,
// which is no longer equal to the mark; the reader of the format still sees the mark.

extension String {
    /// Its lines, ended by LF, CR or CR LF as in every format that we write.
    var lines: [Substring] {
        guard utf8.contains(0x0D) else {
            return utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { Substring($0) }
        }
        return split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r" || $0 == "\r\n" }
    }

    /// Without so many bytes at the beginning, which are ASCII.
    func dropping(utf8 count: Int) -> Substring { Substring(utf8.dropFirst(count)) }

    /// Without these scalars.
    func droppingScalars(_ marks: String) -> String {
        String(UnicodeScalarView(unicodeScalars.filter { !marks.unicodeScalars.contains($0) }))
    }

    /// With these ASCII scalars as `%` and two hexadecimal digits, for addresses.
    func percentEncoded(_ marks: String) -> String {
        var encoded = ""
        for scalar in unicodeScalars {
            if marks.unicodeScalars.contains(scalar) {
                encoded += "%" + String(scalar.value, radix: 16, uppercase: true)
            } else {
                encoded.unicodeScalars.append(scalar)
            }
        }
        return encoded
    }
}
