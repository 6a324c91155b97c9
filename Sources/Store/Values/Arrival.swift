// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Planning

/// A letter or event that came in and is to be kept.
public struct Arrival: Sendable {
    public var source: String
    public var body: BodyWriter
    /// What came beside the bytes: envelope, headers of the request. Sealed.
    public var payload: Data
    /// What makes it the same as an earlier one of this source, where that is known by now.
    public var identity: String?
    /// Why it is parked from the start, for what nothing is to be made of; nil for what is due.
    public var parkedSaying: String?

    public init(
        source: String, body: BodyWriter, payload: Data, identity: String? = nil, parkedSaying: String? = nil
    ) {
        self.source = source
        self.body = body
        self.payload = payload
        self.identity = identity
        self.parkedSaying = parkedSaying
    }
}

/// Durable, one way or the other.
public enum Receipt: Sendable, Hashable {
    case kept(JobID)
    /// Its identity was kept before, as this job; nothing new was kept.
    case seenBefore(JobID)
}
