// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization

/// One direction of the C library's iconv, into UTF-8. What is no longer used is kept for the next text, since opening
/// a converter costs more than a letter.
final class CharsetConverter {
    /// Converters that nobody uses, by name.
    fileprivate struct Idle: @unchecked Sendable {
        var converters: [String: [iconv_t]] = [:]
        var count = 0
    }

    private static let idle = Mutex(Idle())
    fileprivate static let idleLimit = 64

    private let name: String
    private let descriptor: iconv_t

    /// Nil when the library knows no charset of that name.
    init?(from name: String) {
        if let kept = CharsetConverter.idle.withLock({ $0.take(name) }) {
            descriptor = kept
            self.name = name
            return
        }
        // A slash in a name would pass options to iconv.
        guard !name.isEmpty, name.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != 0x2F }) else { return nil }
        let opened = iconv_open("UTF-8", name)
        guard opened != iconv_t(bitPattern: -1), let opened else { return nil }
        descriptor = opened
        self.name = name
    }

    deinit {
        let (name, kept) = (name, descriptor)
        // QUIRK: glibc does not forget the byte order that a mark told, not even when it is asked to begin anew.
        if name.lowercased().hasPrefix("u") {
            iconv_close(kept)
            return
        }
        _ = iconv(kept, nil, nil, nil, nil)
        if !CharsetConverter.idle.withLock({ $0.keep(kept, name) }) { iconv_close(kept) }
    }

    /// U+FFFD stands for each byte that means nothing.
    func convert(_ bytes: Bytes) -> (output: [UInt8], isLossy: Bool) {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count * 3 / 2 + 16)
        var isLossy = false
        var input = UnsafeMutableRawPointer(mutating: bytes.baseAddress)?.assumingMemoryBound(to: CChar.self)
        var inputLeft = bytes.count
        while inputLeft > 0 {
            let result = fill(&output, from: &input, left: &inputLeft)
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
        flush(&output)
        return (output, isLossy)
    }

    private enum Step { case done, full, invalid, incomplete }

    private func fill(
        _ output: inout [UInt8], from input: inout UnsafeMutablePointer<CChar>?, left: inout Int
    ) -> Step {
        var step = Step.done
        // Few bytes become more than three; for those there is another turn.
        output.append(atMost: left * 3 + 16) { room in
            let all = left * 3 + 16
            var roomLeft = all
            let result = room.withMemoryRebound(to: CChar.self, capacity: all) { room in
                var target: UnsafeMutablePointer<CChar>? = room
                return iconv(descriptor, &input, &left, &target, &roomLeft)
            }
            let reason = errno
            if result == -1 { step = reason == E2BIG ? .full : reason == EINVAL ? .incomplete : .invalid }
            return all - roomLeft
        }
        return step
    }

    private func flush(_ output: inout [UInt8]) {
        output.append(atMost: 64) { room in
            room.withMemoryRebound(to: CChar.self, capacity: 64) { room in
                var target: UnsafeMutablePointer<CChar>? = room
                var roomLeft = 64
                _ = iconv(descriptor, nil, nil, &target, &roomLeft)
                return 64 - roomLeft
            }
        }
    }
}

extension CharsetConverter.Idle {
    fileprivate mutating func take(_ name: String) -> iconv_t? {
        guard let found = converters[name]?.popLast() else { return nil }
        if converters[name]?.isEmpty == true { converters[name] = nil }
        count -= 1
        return found
    }

    /// False when enough are kept already.
    fileprivate mutating func keep(_ converter: iconv_t, _ name: String) -> Bool {
        guard count < CharsetConverter.idleLimit else { return false }
        converters[name, default: []].append(converter)
        count += 1
        return true
    }
}
