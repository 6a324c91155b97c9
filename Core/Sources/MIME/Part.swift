// SPDX-License-Identifier: Apache-2.0

/// One MIME part: what its header says, and where its bytes lie.
public struct Part: Sendable, Equatable {
    public internal(set) var fields: Fields
    /// Index of the part around this one; nil for the whole message.
    public internal(set) var parent: Int?
    /// How many parts stand directly inside.
    public internal(set) var childCount = 0
    /// The effective type and its parameters.
    public internal(set) var contentType: ContentType
    public internal(set) var disposition: Disposition?
    public internal(set) var encoding: TransferEncoding
    /// Without angle brackets.
    public internal(set) var contentID: String?
    /// The body as it stands, before transfer decoding: offsets in the raw message, or, when ``container`` is set, in
    /// the decoded
    /// bytes of that part.
    public internal(set) var encodedRange: Range<Int> = 0..<0
    /// The base64 or quoted-printable `message/rfc822` whose decoded bytes ``encodedRange`` counts in; nil for the raw
    /// message.
    public internal(set) var container: Int?
    /// Bytes of the body after transfer decoding.
    public internal(set) var size = 0
    /// The decoded text of a text leaf, lines ended by LF; nil for everything else.
    public internal(set) var text: String?
    /// The charset that the text was read in; nil for everything else.
    public internal(set) var charset: String?

    init(fields: Fields, parent: Int?, contentType: ContentType, encoding: TransferEncoding = .identity) {
        self.fields = fields
        self.parent = parent
        self.contentType = contentType
        self.encoding = encoding
    }

    /// Lower case, such as `text/plain`.
    public var type: String { contentType.type }

    /// The decoded file name, from the disposition or else from the type; nil when there is none.
    public var filename: String? {
        declaredName.map(decodingWords)
    }

    var isNamed: Bool { declaredName != nil }

    private var declaredName: String? { disposition?.parameters["filename"] ?? contentType.parameters["name"] }

    public var isMultipart: Bool { contentType.isMultipart }

    /// The part holds a whole message that is looked into.
    public var isMessage: Bool { contentType.isMessage }
}
