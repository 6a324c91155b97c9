// SPDX-License-Identifier: Apache-2.0

extension UnsafeBufferPointer<UInt8> {
    /// All of it is well-formed UTF-8 (Unicode, table 3-7).
    var isUTF8: Bool {
        var index = 0
        while index < count {
            index = endOfASCII(from: index)
            while index < count, self[index] >= 0x80 {
                let length = lengthOfSequence(at: index)
                if length == 0 { return false }
                index += length
            }
        }
        return true
    }

    /// Eight bytes at once.
    private func endOfASCII(from start: Int) -> Int {
        guard let base = baseAddress else { return start }
        var index = start
        while index &+ 8 <= count {
            let word = UInt64(littleEndian: UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self))
            let high = word & 0x8080_8080_8080_8080
            if high != 0 { return index &+ high.trailingZeroBitCount >> 3 }
            index &+= 8
        }
        while index < count, base[index] < 0x80 { index &+= 1 }
        return index
    }

    /// 0 for what is none.
    @inline(__always)
    private func lengthOfSequence(at index: Int) -> Int {
        let first = self[index]
        guard first >= 0xC2, index + 1 < count else { return 0 }
        let second = self[index + 1]
        if first < 0xE0 { return second & 0xC0 == 0x80 ? 2 : 0 }
        guard index + 2 < count, self[index + 2] & 0xC0 == 0x80 else { return 0 }
        if first < 0xF0 {
            let lowest: UInt8 = first == 0xE0 ? 0xA0 : 0x80
            let highest: UInt8 = first == 0xED ? 0x9F : 0xBF
            return second >= lowest && second <= highest ? 3 : 0
        }
        guard first < 0xF5, index + 3 < count, self[index + 3] & 0xC0 == 0x80 else { return 0 }
        let lowest: UInt8 = first == 0xF0 ? 0x90 : 0x80
        let highest: UInt8 = first == 0xF4 ? 0x8F : 0xBF
        return second >= lowest && second <= highest ? 4 : 0
    }
}
