// SPDX-License-Identifier: Apache-2.0

/// Something that goes wrong on demand with the next requests under a path.
struct Fault: Sendable, Equatable {
    enum Kind: String, Sendable, CaseIterable {
        /// 429 for a burst, with `Retry-After` where it is given; nothing is done.
        case tooMany = "429"
        /// 429 until the full hour, since the points of the site are spent; nothing is done.
        case quotaSpent = "429-quota"
        /// 429 for some seconds, since one issue was written to too often; nothing is done.
        case issueTooBusy = "429-issue"
        /// 502 and 504 in HTML of whatever stands before Jira; nothing is done.
        case badGateway = "502"
        case gatewayTimeout = "504"
        /// 503; nothing is done.
        case unavailable = "503"
        /// 401; nothing is done.
        case unauthorized = "401"
        /// 404, as if the site had no such operation; nothing is done.
        case unknownPath = "404"
        /// The work is done, and the answer is a 500: the caller cannot know.
        case lostAnswer = "500"
        /// The work is done and answered rightly, later.
        case delay
        /// The work is done, and the connection ends in the middle of the answer.
        case cut
        /// The work is done, and the half of the answer comes as if it were all of it.
        case truncated
        /// The work is done and answered rightly, in eight pieces with a pause before each.
        case slow
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
