// SPDX-License-Identifier: Apache-2.0

/// Takes the transfer-encoded bytes of a part piece by piece and gives the bytes that they stand for.
///
/// Pieces may be cut anywhere. Nothing is held but an unfinished group.
public struct PartDecoder: Sendable {
    private enum Decoder: Sendable {
        case identity
        case base64(Base64Decoder)
        case quotedPrintable(QuotedPrintableDecoder)
        case uuencode(UUDecoder)
    }

    private var decoder: Decoder

    public init(_ encoding: TransferEncoding) {
        switch encoding {
        case .identity: decoder = .identity
        case .base64: decoder = .base64(Base64Decoder())
        case .quotedPrintable: decoder = .quotedPrintable(QuotedPrintableDecoder())
        case .uuencode: decoder = .uuencode(UUDecoder())
        }
    }

    /// Appends the decoded bytes to `out`.
    public mutating func decode(_ bytes: UnsafeRawBufferPointer, into out: inout [UInt8]) {
        bytes.withMemoryRebound(to: UInt8.self) { decode($0, into: &out) }
    }

    /// Appends the decoded bytes to `out`.
    public mutating func decode(_ bytes: some Sequence<UInt8>, into out: inout [UInt8]) {
        let done: Void? = bytes.withContiguousStorageIfAvailable { decode($0, into: &out) }
        if done == nil { Array(bytes).withUnsafeBufferPointer { decode($0, into: &out) } }
    }

    /// Appends what was still held, at the end of the part.
    public mutating func finish(into out: inout [UInt8]) {
        switch decoder {
        case .identity: break
        case .base64(var inner):
            if !inner.finish(into: &out) { isMalformed = true }
        case .quotedPrintable(var inner):
            inner.finish(into: &out)
            if inner.strangers > 0 { isMalformed = true }
        case .uuencode(var inner):
            inner.finish(into: &out)
            if inner.isMalformed { isMalformed = true }
        }
        decoder = .identity
    }

    /// The encoding was broken somewhere; known after ``finish(into:)``.
    public private(set) var isMalformed = false

    mutating func decode(_ bytes: Bytes, into out: inout [UInt8]) {
        switch decoder {
        case .identity: out.append(contentsOf: bytes)
        case .base64(var inner):
            inner.decode(bytes, into: &out)
            decoder = .base64(inner)
        case .quotedPrintable(var inner):
            decoder = .identity
            inner.decode(bytes, into: &out)
            decoder = .quotedPrintable(inner)
        case .uuencode(var inner):
            decoder = .identity
            inner.decode(bytes, into: &out)
            decoder = .uuencode(inner)
        }
    }
}
