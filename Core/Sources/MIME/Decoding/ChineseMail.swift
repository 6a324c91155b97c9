// SPDX-License-Identifier: Apache-2.0

/// HZ (RFC 1843) as the bytes of GB2312, since the C library does not read it.
enum ChineseMail {
    static func gbBytes(_ bytes: Bytes) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var isDouble = false
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            let next = index + 1 < bytes.count ? bytes[index + 1] : 0
            index += 1
            if byte == 0x7E, let length = escape(next, &isDouble, &out) {
                index += length
            } else if isDouble, byte > 0x20, byte < 0x7F, next > 0x20, next < 0x7F {
                out += [byte | 0x80, next | 0x80]
                index += 1
            } else {
                if byte == 10 { isDouble = false }
                out.append(byte)
            }
        }
        return out
    }

    /// How many bytes behind the tilde belong to it; nil when it stands for itself.
    private static func escape(_ next: UInt8, _ isDouble: inout Bool, _ out: inout [UInt8]) -> Int? {
        switch next {
        case 0x7B: isDouble = true
        case 0x7D: isDouble = false
        case 0x7E where !isDouble: out.append(0x7E)
        case 10 where !isDouble: break
        default: return nil
        }
        return 1
    }
}
