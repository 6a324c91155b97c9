// SPDX-License-Identifier: Apache-2.0

import Crypto
public import Foundation

/// A public digest: it names content, and protects nothing.
public enum DigestAlgorithm: String, Sendable, CaseIterable {
    case md5
    case sha1
    case sha256
}

/// Takes bytes piece by piece and gives their digest in lower-case hex.
public struct Digester {
    private enum Function {
        case md5(Insecure.MD5)
        case sha1(Insecure.SHA1)
        case sha256(SHA256)
    }

    private var function: Function

    public init(_ algorithm: DigestAlgorithm) {
        switch algorithm {
        case .md5: function = .md5(Insecure.MD5())
        case .sha1: function = .sha1(Insecure.SHA1())
        case .sha256: function = .sha256(SHA256())
        }
    }

    public mutating func consume(_ bytes: UnsafeRawBufferPointer) {
        switch function {
        case .md5(var md5):
            md5.update(bufferPointer: bytes)
            function = .md5(md5)
        case .sha1(var sha1):
            sha1.update(bufferPointer: bytes)
            function = .sha1(sha1)
        case .sha256(var sha256):
            sha256.update(bufferPointer: bytes)
            function = .sha256(sha256)
        }
    }

    public mutating func consume(_ bytes: some ContiguousBytes) {
        bytes.withUnsafeBytes { consume($0) }
    }

    public func finish() -> String {
        switch function {
        case .md5(let md5): hex(md5.finalize())
        case .sha1(let sha1): hex(sha1.finalize())
        case .sha256(let sha256): hex(sha256.finalize())
        }
    }
}

/// The digest of bytes that are all at hand, in lower-case hex.
public func digest(_ algorithm: DigestAlgorithm, _ bytes: some ContiguousBytes) -> String {
    var digester = Digester(algorithm)
    digester.consume(bytes)
    return digester.finish()
}

/// Lower-case hex.
public func hex(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var out: [UInt8] = []
    for byte in bytes {
        out.append(digits[Int(byte >> 4)])
        out.append(digits[Int(byte & 15)])
    }
    return String(decoding: out, as: UTF8.self)
}
