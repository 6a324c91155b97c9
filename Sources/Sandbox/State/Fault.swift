// SPDX-License-Identifier: Apache-2.0

/// Something that goes wrong on demand with the next requests under a path.
struct Fault: Sendable, Equatable {
    enum Kind: String, Sendable, CaseIterable {
        /// 429 with `Retry-After`; nothing is done.
        case tooMany = "429"
        /// 503; nothing is done.
        case unavailable = "503"
        /// 401; nothing is done.
        case unauthorized = "401"
        /// The work is done, and the answer is a 500: the caller cannot know.
        case lostAnswer = "500"
        /// The work is done and answered rightly, later.
        case delay
    }

    var kind: Kind
    var method: String?
    var path: String
    var count: Int
    /// Seconds in `Retry-After`, where the kind has one.
    var retryAfter: Int?
    var delay: Duration = .zero

    func strikes(method: String, path: String) -> Bool {
        count > 0 && path.hasPrefix(self.path) && (self.method ?? method) == method
    }
}
