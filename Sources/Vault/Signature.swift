// SPDX-License-Identifier: Apache-2.0

import Crypto
public import Foundation

/// HMAC-SHA256 over raw bytes, as webhooks are signed.
public func signature(of bytes: some DataProtocol, with key: Secret) -> [UInt8] {
    Array(HMAC<SHA256>.authenticationCode(for: bytes, using: symmetric(key)))
}

/// Whether `mac` is the HMAC-SHA256 of `bytes`; compares in constant time.
public func isSignature(_ mac: some ContiguousBytes, of bytes: some DataProtocol, with key: Secret) -> Bool {
    HMAC<SHA256>.isValidAuthenticationCode(mac, authenticating: bytes, using: symmetric(key))
}

private func symmetric(_ key: Secret) -> SymmetricKey {
    key.withUnsafeBytes { SymmetricKey(data: $0) }
}

/// Bytes out of hex digits of either case; nil for anything else.
public func bytes(hex text: String) -> [UInt8]? {
    var out: [UInt8] = []
    var high: UInt8?
    for byte in text.utf8 {
        let digit: UInt8
        switch byte {
        case 0x30...0x39: digit = byte - 0x30
        case 0x41...0x46: digit = byte - 0x41 + 10
        case 0x61...0x66: digit = byte - 0x61 + 10
        default: return nil
        }
        if let first = high {
            out.append(first << 4 | digit)
            high = nil
        } else {
            high = digit
        }
    }
    return high == nil ? out : nil
}
