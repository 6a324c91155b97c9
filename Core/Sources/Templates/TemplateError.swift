// SPDX-License-Identifier: Apache-2.0

/// Why a template cannot be used, in words for the person who wrote it.
public struct TemplateError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable {
        case templateTooLarge = "template-too-large"
        case sectionsTooDeep = "sections-too-deep"
        case tagMalformed = "tag-malformed"
        case sectionNotClosed = "section-not-closed"
        case sectionNotOpen = "section-not-open"
        case partialRefused = "partial-refused"
        case settingRefused = "setting-refused"
        case outputTooLarge = "output-too-large"
    }

    public let code: Code
    /// The line of the template, from 1; nil when no line is to blame.
    public let line: Int?
    /// What is wrong and what to do about it; names of the template, never values.
    public let said: String

    public var description: String { line.map { "Line \($0): \(said)" } ?? said }
}

/// How large a template, and what it gives, may be.
public struct TemplateLimits: Sendable, Equatable {
    /// Bytes of the template in UTF-8.
    public var templateBytes: Int
    /// Sections inside sections.
    public var sectionDepth: Int
    /// Bytes of the text that comes out, in UTF-8.
    public var outputBytes: Int

    public init(templateBytes: Int, sectionDepth: Int, outputBytes: Int) {
        self.templateBytes = templateBytes
        self.sectionDepth = sectionDepth
        self.outputBytes = outputBytes
    }

    /// 64 KiB, 16 deep, 4 MiB out.
    public static let standard = TemplateLimits(templateBytes: 64 << 10, sectionDepth: 16, outputBytes: 4 << 20)
}
