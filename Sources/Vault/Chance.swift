// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// Bytes from the system's generator.
func randomBytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    var out: [UInt8] = []
    out.reserveCapacity(count + 8)
    while out.count < count {
        withUnsafeBytes(of: generator.next()) { out.append(contentsOf: $0) }
    }
    return Array(out.prefix(count))
}

/// A token that nobody guesses: 32 random bytes in base64url.
public func newToken() -> Secret {
    let text = Data(randomBytes(32)).base64EncodedString()
    return Secret(text.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: ""))
}

/// A share of a pause that is left to chance, from 0 up to but not including 1: so that many do not try at one moment.
public func jitter() -> Double {
    Double.random(in: 0..<1)
}

/// 26 characters of Crockford's base32: 48 bits of milliseconds, then 80 of chance. Later ids sort after earlier ones.
public func newJobID(at date: Date) -> String {
    let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    var time = UInt64(max(0, date.timeIntervalSince1970 * 1000)) & 0xFFFF_FFFF_FFFF
    var out = [UInt8](repeating: 0, count: 26)
    for index in (0..<10).reversed() {
        out[index] = digits[Int(time & 31)]
        time >>= 5
    }
    for (index, byte) in randomBytes(16).enumerated() {
        out[10 + index] = digits[Int(byte & 31)]
    }
    return String(decoding: out, as: UTF8.self)
}
