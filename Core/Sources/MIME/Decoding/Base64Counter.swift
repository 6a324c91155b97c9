// SPDX-License-Identifier: Apache-2.0

/// Tells how many bytes base64 stands for, and gives none.
struct Base64Counter {
    private(set) var count = 0
    private(set) var strangers = 0
    private var digits = 0

    mutating func take(_ bytes: Bytes) {
        var index = 0
        while index < bytes.count {
            let padding = bytes.index(of: 0x3D, from: index) ?? bytes.count
            takeDigits(bytes[part: index..<padding])
            if padding < bytes.count { flush() }
            index = padding + 1
        }
    }

    /// False when bits are missing.
    mutating func finish() -> Bool {
        let isComplete = digits != 1
        flush()
        return isComplete && strangers == 0
    }

    private mutating func flush() {
        count += max(digits - 1, 0)
        digits = 0
    }

    private mutating func takeDigits(_ bytes: Bytes) {
        guard let source = bytes.baseAddress else { return }
        let inBlocks = Base64Counter.countBlocks(source, bytes.count)
        digits += inBlocks.digits
        strangers += inBlocks.strangers
        for byte in bytes[part: bytes.count / 64 * 64..<bytes.count] {
            let isDigit = Base64Counter.digit(byte)
            digits += Int(isDigit)
            strangers += Int((isDigit | Base64Counter.blank(byte)) ^ 1)
        }
        count += digits / 4 * 3
        digits %= 4
    }

    /// Whole blocks of 64 bytes, whose counts fit into a byte. Of a loop in this form, and of few others, the compiler
    /// makes vectors.
    private static func countBlocks(_ source: UnsafePointer<UInt8>, _ count: Int) -> (digits: Int, strangers: Int) {
        var digits = 0
        var strangers = 0
        var start = 0
        while start &+ 64 <= count {
            var someDigits: UInt8 = 0
            var someStrangers: UInt8 = 0
            for index in 0..<64 {
                let byte = source[start &+ index]
                let isDigit = digit(byte)
                someDigits &+= isDigit
                someStrangers &+= (isDigit | blank(byte)) ^ 1
            }
            digits &+= Int(someDigits)
            strangers &+= Int(someStrangers)
            start &+= 64
        }
        return (digits, strangers)
    }

    /// 1 or 0.
    @inline(__always)
    private static func digit(_ byte: UInt8) -> UInt8 {
        let letter: UInt8 = (byte | 0x20) &- 97 < 26 ? 1 : 0
        let number: UInt8 = byte &- 48 < 10 ? 1 : 0
        let sign: UInt8 = (byte == 0x2B ? 1 : 0) | (byte == 0x2F ? 1 : 0)
        return letter | number | sign
    }

    /// 1 or 0.
    @inline(__always)
    private static func blank(_ byte: UInt8) -> UInt8 { (byte == 32 ? 1 : 0) | (byte &- 9 < 5 ? 1 : 0) }
}
