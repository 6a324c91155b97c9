// SPDX-License-Identifier: Apache-2.0

import Glibc

/// One direction of the C library's iconv, into UTF-8.
final class CharsetConverter {
    private let descriptor: iconv_t

    /// Nil when the library knows no charset of that name.
    init?(from name: String) {
        // A slash in a name would pass options to iconv.
        guard !name.isEmpty, name.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != 0x2F }) else { return nil }
        let opened = iconv_open("UTF-8", name)
        guard opened != iconv_t(bitPattern: -1), let opened else { return nil }
        descriptor = opened
    }

    deinit { iconv_close(descriptor) }

    /// U+FFFD stands for each byte that means nothing.
    func convert(_ bytes: Bytes) -> (output: [UInt8], isLossy: Bool) {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count * 3 / 2 + 16)
        var isLossy = false
        var room = [CChar](repeating: 0, count: 16 << 10)
        var input = UnsafeMutableRawPointer(mutating: bytes.baseAddress)?.assumingMemoryBound(to: CChar.self)
        var inputLeft = bytes.count
        while inputLeft > 0 {
            let result = fill(&room, from: &input, left: &inputLeft, into: &output)
            if result == .invalid {
                isLossy = true
                output += [0xEF, 0xBF, 0xBD]
                input = input?.advanced(by: 1)
                inputLeft -= 1
            } else if result == .incomplete {
                isLossy = true
                output += [0xEF, 0xBF, 0xBD]
                break
            }
        }
        flush(&room, into: &output)
        return (output, isLossy)
    }

    private enum Step { case done, full, invalid, incomplete }

    private func fill(
        _ room: inout [CChar], from input: inout UnsafeMutablePointer<CChar>?, left: inout Int,
        into output: inout [UInt8]
    ) -> Step {
        room.withUnsafeMutableBufferPointer { buffer in
            var target = buffer.baseAddress
            var targetLeft = buffer.count
            let result = iconv(descriptor, &input, &left, &target, &targetLeft)
            let reason = errno
            buffer.withMemoryRebound(to: UInt8.self) { output.append(contentsOf: $0[0..<buffer.count - targetLeft]) }
            guard result == -1 else { return .done }
            switch reason {
            case E2BIG: return .full
            case EINVAL: return .incomplete
            default: return .invalid
            }
        }
    }

    private func flush(_ room: inout [CChar], into output: inout [UInt8]) {
        room.withUnsafeMutableBufferPointer { buffer in
            var target = buffer.baseAddress
            var targetLeft = buffer.count
            _ = iconv(descriptor, nil, nil, &target, &targetLeft)
            buffer.withMemoryRebound(to: UInt8.self) { output.append(contentsOf: $0[0..<buffer.count - targetLeft]) }
        }
    }
}
