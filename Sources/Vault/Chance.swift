// SPDX-License-Identifier: Apache-2.0

import Foundation

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
