// SPDX-License-Identifier: Apache-2.0

/// What the reader of HTML takes at most, so that time and memory stay bounded whatever a mail says.
///
/// The parser below takes time that grows with the depth of the nesting, and copies open letter styles (`b`, `font`) into
/// each paragraph; both are attacks known to work. They are bounded before it sees a byte.
struct HTMLLimits: Sendable {
    /// Bytes of HTML; the rest is left out.
    var bytes = 8 << 20
    /// Elements inside elements; deeper ones lose their tags and keep their text.
    var depth = 200
    /// Letter styles open at once; more of them are left out.
    var openStyles = 16
    /// Elements that the parser may make; behind it only text is kept.
    var elements = 150_000

    static let standard = HTMLLimits()
}
