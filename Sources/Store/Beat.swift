// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What a process found when it said that it is there.
public struct Beat: Sendable, Hashable {
    /// How many others were taken for dead now, with what they had.
    public var dead = 0
    /// Nil where no other process can serve.
    public var clock: ClockDifference?
}

/// By how much the clock of this machine differs from that of the database, by which those of all machines are compared.
public struct ClockDifference: Sendable, Hashable {
    /// More than none where this machine is ahead.
    let seconds: Double

    /// What more is than clocks that are set by NTP have.
    static let noticed = 1.0
    /// With more nobody begins to serve beside others.
    static let endured = 10.0

    /// As far as it can be told: the database answered between the two times.
    init(_ database: Date, askedAt start: Date, answeredAt end: Date) {
        if database < start {
            seconds = start.timeIntervalSince(database)
        } else {
            seconds = min(0, end.timeIntervalSince(database))
        }
    }

    public var isEndured: Bool { abs(seconds) <= Self.endured }

    /// For the log; nil where there is nothing to say.
    public var warning: String? {
        guard abs(seconds) > Self.noticed else { return nil }
        return "\(words) Letters are put in order by the clocks of all machines: let NTP set them."
    }

    var refusal: StoreError? {
        guard !isEndured else { return nil }
        return StoreError(
            .wrongClock,
            "\(words) Nobody serves beside others with more than \(Int(Self.endured)) s, since letters are put in order "
                + "by the clocks of all machines: let NTP set them, and start again.")
    }

    private var words: String {
        let tenths = (abs(seconds) * 10).rounded() / 10
        return "The clock of this machine is \(tenths) s \(seconds > 0 ? "ahead of" : "behind") that of the database."
    }
}

extension SQLConnection {
    /// In PostgreSQL's words.
    func clockDifference(from time: () -> Date) throws -> ClockDifference? {
        let start = time()
        guard let row = try row("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)") else {
            return nil
        }
        return ClockDifference(try row.time(0), askedAt: start, answeredAt: time())
    }
}
