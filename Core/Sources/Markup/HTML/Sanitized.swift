// SPDX-License-Identifier: Apache-2.0

/// HTML that can be shown to a person without running or loading anything.
public struct Sanitized: Sendable, Equatable, Codable {
    /// A fragment of HTML for the inside of a `body` or `div`.
    public var html: String
    /// What was taken out, in the order first met, each once: `script`, `onclick`, `remote image`.
    public var removed: [String]

    public init(html: String, removed: [String]) {
        self.html = html
        self.removed = removed
    }
}
