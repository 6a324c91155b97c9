// SPDX-License-Identifier: Apache-2.0

/// How long and how often a bucket or a queue is asked one thing, and how much goes with it.
public struct AWSLimits: Sendable, Hashable {
    /// Without a sign of life: a piece of the request that the line took, or of the answer that came. However slow a line is, what
    /// it carries goes on.
    public var silence: Duration
    public var tries: Int
    /// Before the second try; doubled with each further one.
    public var pause: Duration
    /// Bytes that go with one request, or come with one answer: more of an object travels in several.
    public var part: Int

    public init(silence: Duration, tries: Int, pause: Duration, part: Int) {
        self.silence = silence
        self.tries = tries
        self.pause = pause
        self.part = part
    }

    /// 30 seconds, five times, a fifth of a second, 8 MiB.
    public static let standard = AWSLimits(silence: .seconds(30), tries: 5, pause: .milliseconds(200), part: 8 << 20)
}
