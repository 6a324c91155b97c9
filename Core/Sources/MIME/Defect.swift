// SPDX-License-Identifier: Apache-2.0

/// Something in a message that is not as the standards want it, and what part it was found in.
public struct Defect: Sendable, Hashable {
    /// What is wrong; the raw values are stable and appear in reports.
    public enum Kind: String, Sendable, Hashable, CaseIterable, Codable {
        case missingBoundary = "missing-boundary"
        case unclosedMultipart = "unclosed-multipart"
        case multipartWithoutParts = "multipart-without-parts"
        case partAfterEnd = "part-after-end"
        case malformedHeader = "malformed-header"
        case missingBlankLine = "missing-blank-line"
        case malformedContentType = "malformed-content-type"
        case duplicateField = "duplicate-field"
        case rawEightBitHeader = "raw-8bit-header"
        case bareCarriageReturn = "bare-cr"
        case nulByte = "nul-byte"
        case malformedBase64 = "malformed-base64"
        case malformedQuotedPrintable = "malformed-quoted-printable"
        case malformedUUEncode = "malformed-uuencode"
        case unknownEncoding = "unknown-transfer-encoding"
        case unknownCharset = "unknown-charset"
        case wrongCharset = "wrong-charset"
        case lossyText = "lossy-text"
        case headerLimit = "header-limit"
        case depthLimit = "depth-limit"
        case partLimit = "part-limit"
        case textLimit = "text-limit"
        case lineLimit = "line-limit"
        case addressLimit = "address-limit"

        /// A transfer encoding that is broken.
        static func malformed(_ encoding: TransferEncoding) -> Kind {
            switch encoding {
            case .base64: .malformedBase64
            case .uuencode: .malformedUUEncode
            case .identity, .quotedPrintable: .malformedQuotedPrintable
            }
        }

        /// Its place in the list.
        var ordinal: Int { Kind.ordinals[self] ?? 0 }

        private static let ordinals = Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })
    }

    public var kind: Kind
    /// Index into ``Message/parts``.
    public var part: Int

    public init(_ kind: Kind, part: Int) {
        self.kind = kind
        self.part = part
    }
}
