// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A charset in which each byte is a letter: what each stands for, asked from the C library once.
struct SingleByteCharset: Sendable {
    /// The UTF-8 of each byte, lowest byte first, and its length in the highest.
    private let letters: [UInt32]
    /// The bytes that mean nothing.
    private let unknown: [Bool]

    /// What most mail without UTF-8 is written in.
    static let windows1252 = SingleByteCharset("windows-1252")

    /// Nil for a charset that is not known or has letters of several bytes.
    static func named(_ name: String) -> SingleByteCharset? {
        if name == "windows-1252" { return windows1252 }
        // The accents of windows-1258 are bytes of their own, which iconv joins with the letter before.
        guard prefixes.contains(where: name.hasPrefix) || others.contains(name), name != "windows-1258" else {
            return nil
        }
        return made.withLock { made in
            if let known = made[name] { return known }
            guard let table = SingleByteCharset(name) else { return nil }
            if made.count < mostMade { made[name] = table }
            return table
        }
    }

    private static let prefixes = ["iso-8859-", "windows-125", "koi8-", "cp4", "cp7", "cp8", "mac-"]
    private static let others: Set<String> = ["macintosh", "tis-620"]
    /// More than iconv has.
    private static let mostMade = 200
    private static let made = Mutex<[String: SingleByteCharset]>([:])

    private init?(_ name: String) {
        guard let converter = CharsetConverter(from: CharsetName.iconvName(name, sample: Bytes(start: nil, count: 0)))
        else { return nil }
        var letters: [UInt32] = []
        var unknown: [Bool] = []
        for byte in UInt8.min...UInt8.max {
            var (output, isLossy) = [byte].withUnsafeBufferPointer { converter.convert($0) }
            // QUIRK: windows-1252 has five places without a letter, which are read as controls (WHATWG Encoding §4.2).
            if isLossy, name == "windows-1252" { (output, isLossy) = ([0xC2, byte], false) }
            guard (1...3).contains(output.count) else { return nil }
            let length = UInt32(output.count) << 24
            letters.append(output.reversed().reduce(0) { $0 << 8 | UInt32($1) } | length)
            unknown.append(isLossy)
        }
        self.letters = letters
        self.unknown = unknown
    }

    func decode(_ bytes: Bytes) -> (output: [UInt8], isLossy: Bool) {
        var output: [UInt8] = []
        var isLossy = false
        output.append(atMost: bytes.count * 3 + 4) { out in
            var count = 0
            letters.withUnsafeBufferPointer { letters in
                for byte in bytes {
                    let letter = letters[Int(byte)]
                    UnsafeMutableRawPointer(out + count).storeBytes(of: letter.littleEndian, as: UInt32.self)
                    count &+= Int(letter >> 24)
                    if byte >= 0x80, unknown[Int(byte)] { isLossy = true }
                }
            }
            return count
        }
        return (output, isLossy)
    }
}
