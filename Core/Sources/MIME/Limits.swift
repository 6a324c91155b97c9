// SPDX-License-Identifier: Apache-2.0

/// How much of a message is looked at; what lies beyond is a ``Defect``, never a failure.
public struct Limits: Sendable, Equatable {
    /// Bytes of one header block; later fields of that block are passed over.
    public var headerBytes: Int
    /// Parts inside parts; a deeper multipart is kept as one closed leaf.
    public var depth: Int
    /// Parts of one message; later ones stay inside the bytes of their parent.
    public var parts: Int
    /// Decoded bytes of text kept as strings, over all parts.
    public var textBytes: Int
    /// Bytes of one line that are held at once; a longer one is read in pieces.
    public var lineLength: Int
    /// Mailboxes read from one field.
    public var addresses: Int

    public init(
        headerBytes: Int = 1 << 20, depth: Int = 100, parts: Int = 20_000, textBytes: Int = 16 << 20,
        lineLength: Int = 1 << 16, addresses: Int = 10_000
    ) {
        self.headerBytes = max(headerBytes, 0)
        self.depth = max(depth, 1)
        self.parts = max(parts, 1)
        self.textBytes = max(textBytes, 0)
        self.lineLength = max(lineLength, 128)
        self.addresses = max(addresses, 1)
    }

    /// Fits any letter of a person, and holds under mail made to do harm.
    public static let standard = Limits()
}
