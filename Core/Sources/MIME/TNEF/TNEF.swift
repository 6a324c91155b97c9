// SPDX-License-Identifier: Apache-2.0

/// What is inside of a `winmail.dat`, the envelope that Outlook puts around a mail ([MS-OXTNEF]).
///
/// Files are ranges of the stream. It is read as far as it goes: what is broken is a defect, and never a failure.
public struct TNEF: Sendable, Equatable {
    public var subject: String?
    /// As they stand in the stream, but for RTF, which is unpacked; then HTML that was wrapped into RTF.
    public var bodies: [Body] = []
    /// In order. The files of a message inside stand behind it.
    public var files: [File] = []
    public var defects: [Defect] = []

    public struct Body: Sendable, Equatable {
        public enum Kind: String, Sendable {
            case plain = "text/plain"
            case html = "text/html"
            case rtf = "text/rtf"
        }

        public var kind: Kind
        public var bytes: [UInt8]
        /// What the bytes are written in, as far as the stream tells.
        public var charset: String?

        /// Decoded; for RTF its words.
        public var text: String {
            if kind == .rtf { return RTF(bytes).text }
            return bytes.withUnsafeBufferPointer { withLineFeeds(decoded($0, as: charset).string) }
        }
    }

    public struct File: Sendable, Equatable {
        /// The long name before the short one; never a path, never empty.
        public var name: String
        public var type: String
        /// Without angle brackets.
        public var contentID: String?
        /// Where its bytes lie in the stream.
        public var range: Range<Int>
        /// It is a mail in an envelope of its own; its files follow.
        public var isMessage: Bool
        /// How many envelopes are around it.
        public var depth: Int
    }

    public enum Defect: String, Sendable, Hashable {
        case notTNEF = "not-tnef"
        case truncated
        case badChecksum = "bad-checksum"
        case badProperties = "bad-properties"
        case badRTF = "bad-rtf"
        case trailingBytes = "trailing-bytes"
        case tooDeep = "too-deep"
        case tooMany = "too-many"
    }

    init() {}

    /// Reads a stream that is all at hand.
    public init(parsing bytes: [UInt8], limits: Limits = .standard) {
        var assembler = TNEFAssembler(limits: limits)
        bytes.withUnsafeBufferPointer { assembler.read($0, in: 0..<bytes.count, depth: 0) }
        self = assembler.finish()
    }

    /// The HTML body, also where it was wrapped into RTF.
    public var html: String? { bodies.first { $0.kind == .html }?.text }

    /// The text body, or the words of the RTF.
    public var text: String? { (bodies.first { $0.kind == .plain } ?? bodies.first { $0.kind == .rtf })?.text }

    /// The bytes begin as such a stream does.
    static func isSigned(_ bytes: Bytes) -> Bool {
        bytes.count >= 4 && bytes[0] == 0x78 && bytes[1] == 0x9F && bytes[2] == 0x3E && bytes[3] == 0x22
    }
}
