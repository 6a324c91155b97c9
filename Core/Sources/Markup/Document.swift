// SPDX-License-Identifier: Apache-2.0

/// What a person wrote, as one tree of blocks and inlines, whatever it came as and whatever it goes to.
///
/// A reader (`init(html:)`, `init(text:)`) never fails: what could not be kept is named in `defects`. The trees that the
/// readers build are at most a few dozen levels deep, so that writers may recurse.
public struct Document: Sendable, Equatable, Codable {
    public var blocks: [Block]
    /// What was wrong with the input or had to be left out, in the order in which it was met, each at most once.
    public var defects: [Defect]

    public init(blocks: [Block] = [], defects: [Defect] = []) {
        self.blocks = blocks
        self.defects = defects
    }

    /// True when there is neither text nor image nor rule in it.
    public var isEmpty: Bool { blocks.allSatisfy(\.isEmpty) }

    /// Something in the input that was not taken over. Raw values are stable; they appear in reports.
    public enum Defect: String, Sendable, Equatable, Codable, CaseIterable {
        /// The input was longer than the limit; its end was left out.
        case sizeCut = "size-cut"
        /// Elements were nested deeper than the limit; their text was kept, their structure was not.
        case nestingCut = "nesting-cut"
        /// There were more tags than the limit; the text behind them was kept, its structure was not.
        case tagsCut = "tags-cut"
        /// A picture is written into the HTML itself (`data:`); only its alternative text was kept.
        case pictureLost = "picture-lost"
    }
}

/// One block of a document.
public indirect enum Block: Sendable, Equatable, Codable {
    case paragraph([Inline])
    /// A level is 1 to 6.
    case heading(level: Int, [Inline])
    case bulletList([ListItem])
    case orderedList(start: Int, [ListItem])
    case blockquote([Block])
    case codeBlock(String)
    case rule
    case table([TableRow])
    /// Folded until a reader opens it; its title always shows.
    case expand(title: String, [Block])

    var isEmpty: Bool {
        switch self {
        case .paragraph(let inlines), .heading(_, let inlines): inlines.allSatisfy(\.isEmpty)
        case .bulletList(let items), .orderedList(_, let items): items.allSatisfy { $0.blocks.allSatisfy(\.isEmpty) }
        case .blockquote(let blocks), .expand(_, let blocks): blocks.allSatisfy(\.isEmpty)
        case .codeBlock(let text): text.isEmpty
        case .rule: false
        case .table(let rows): rows.allSatisfy { $0.cells.allSatisfy { $0.blocks.allSatisfy(\.isEmpty) } }
        }
    }
}

/// One item of a list; usually a paragraph and perhaps a list inside.
public struct ListItem: Sendable, Equatable, Codable {
    public var blocks: [Block]

    public init(_ blocks: [Block]) {
        self.blocks = blocks
    }
}

/// One row of a table.
public struct TableRow: Sendable, Equatable, Codable {
    public var cells: [TableCell]

    public init(_ cells: [TableCell]) {
        self.cells = cells
    }
}

/// One cell of a table.
public struct TableCell: Sendable, Equatable, Codable {
    public var isHeader: Bool
    /// How many columns and rows it takes, each 1 to 1,000.
    public var columns: Int
    public var rows: Int
    public var blocks: [Block]

    public init(_ blocks: [Block], isHeader: Bool = false, columns: Int = 1, rows: Int = 1) {
        self.blocks = blocks
        self.isHeader = isHeader
        self.columns = columns
        self.rows = rows
    }
}

/// One piece of a line.
public enum Inline: Sendable, Equatable, Codable {
    case text(String, Marks)
    case hardBreak
    case image(Image)

    /// Text without marks.
    public static func text(_ text: String) -> Inline { .text(text, Marks()) }

    var isEmpty: Bool {
        switch self {
        case .text(let text, _): text.isBlank
        case .hardBreak: true
        case .image: false
        }
    }
}

/// How a piece of text looks and where it leads.
public struct Marks: Sendable, Equatable, Codable {
    public var style: Style
    /// An address of an allowed scheme (`http`, `https`, `ftp`, `mailto`, `tel`), never `javascript:` or the like.
    public var link: String?
    /// Six hexadecimal digits behind a number sign, lower case: `#ff5630`.
    public var color: String?

    public init(_ style: Style = [], link: String? = nil, color: String? = nil) {
        self.style = style
        self.link = link
        self.color = color
    }

    public struct Style: OptionSet, Sendable, Equatable, Codable {
        public let rawValue: Int

        public init(rawValue: Int) {
            self.rawValue = rawValue
        }

        public static let strong = Style(rawValue: 1)
        public static let em = Style(rawValue: 2)
        public static let underline = Style(rawValue: 4)
        public static let strike = Style(rawValue: 8)
        public static let code = Style(rawValue: 16)
        public static let sub = Style(rawValue: 32)
        public static let sup = Style(rawValue: 64)
    }
}

/// A picture that stands in the text.
public struct Image: Sendable, Equatable, Codable {
    public var source: Source
    /// The words that stand for it, perhaps empty.
    public var alternative: String
    /// Where it leads; see ``Marks/link``.
    public var link: String?
    /// How large it is to be shown, in pixels, as far as the HTML says so.
    public var width: Int?
    public var height: Int?

    public init(
        _ source: Source, alternative: String = "", link: String? = nil, width: Int? = nil, height: Int? = nil
    ) {
        self.source = source
        self.alternative = alternative
        self.link = link
        self.width = width
        self.height = height
    }

    public enum Source: Sendable, Equatable, Codable {
        /// A part of the same message, by its Content-ID without angle brackets.
        case contentID(String)
        /// An `http` or `https` address.
        case url(String)
    }
}
