// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// Hears what other processes tell over the database (LISTEN, NOTIFY), as long as it is held.
final class PostgreSQLListener: Sendable {
    private let ear: Ear

    /// - Parameters:
    ///   - voice: By which this process tells, and which it does not hear.
    ///   - trial: Within so many seconds one hears what is told.
    init(
        _ address: PostgreSQLAddress, voice: String, trial: Double = 5, _ hear: @escaping @Sendable (News) -> Void
    ) {
        ear = Ear(address, voice: voice, trial: trial, hear)
        Thread.detachNewThread { [ear] in ear.run() }
    }

    deinit { ear.stop() }

    var hearing: Hearing { ear.hearing.withLock { $0 } }
}

extension PostgreSQLConnection {
    fileprivate static let channel = "martlet"

    func send(_ words: String) throws {
        try post("SELECT pg_notify('\(Self.channel)', ?1)", [.text(words)])
    }
}

/// One session on a thread of its own, made anew whenever it is lost.
private final class Ear: Sendable {
    let hearing = Mutex(Hearing.notYet)
    private let address: PostgreSQLAddress
    private let voice: String
    private let trial: Double
    private let hear: @Sendable (News) -> Void
    private let isStopped = Mutex(false)
    /// What is written to the second ends a wait on the first.
    private let ends: [Int32]

    /// A session that is silent for so long is asked whether it is there.
    private static let silence = 60.0
    /// From the first new try to later ones, and to one where somebody between us and the server keeps the news.
    private static let (shortestRest, longestRest, restOfDeaf) = (0.5, 30.0, 600.0)

    init(
        _ address: PostgreSQLAddress, voice: String, trial: Double, _ hear: @escaping @Sendable (News) -> Void
    ) {
        self.address = address
        self.voice = voice
        self.trial = trial
        self.hear = hear
        var ends: [Int32] = [-1, -1]
        // Where there is none, it ends later.
        if pipe(&ends) != 0 { ends = [-1, -1] }
        self.ends = ends
    }

    deinit {
        for end in ends where end >= 0 { close(end) }
    }

    func stop() {
        isStopped.withLock { $0 = true }
        _ = write(ends[1], [0], 1)
    }

    func run() {
        var rest = Self.shortestRest
        while !isStopped.withLock({ $0 }) {
            do {
                try listen { rest = Self.shortestRest }
            } catch {
                let isHeardByNobody = error is Deafness
                hearing.withLock { $0 = .deaf(isHeardByNobody ? Deafness.words : "\(StoreError.of(error))") }
                wait(for: isHeardByNobody ? Self.restOfDeaf : rest)
                rest = min(rest * 2, Self.longestRest)
            }
        }
    }

    /// Returns when it is stopped.
    private func listen(_ succeeded: () -> Void) throws {
        let connection = PostgreSQLConnection(address)
        try connection.open()
        try connection.listen(to: PostgreSQLConnection.channel)
        let own = "trial \(UUID().uuidString)"
        try speak(own)
        let end = Date.steady.addingTimeInterval(trial)
        var hears = false
        while !isStopped.withLock({ $0 }) {
            for words in try connection.notices() {
                if words == own {
                    hears = true
                    succeeded()
                    begin()
                } else {
                    take(words)
                }
            }
            if hears {
                // A session whose other end vanished says nothing either.
                if !wait(on: connection.socket, for: Self.silence) { try connection.script("SELECT 1") }
            } else {
                let left = end.timeIntervalSince(.steady)
                if left <= 0 { throw Deafness() }
                wait(on: connection.socket, for: left)
            }
        }
    }

    /// What came while nobody listened is not told again.
    private func begin() {
        for news in News.allCases { hear(news) }
        hearing.withLock { $0 = .hears }
    }

    private func take(_ words: String) {
        let parts = words.split(separator: " ")
        guard parts.count == 2, parts[1] != voice, let news = News(rawValue: String(parts[0])) else { return }
        hear(news)
    }

    /// By another session, as others speak.
    private func speak(_ words: String) throws {
        let connection = PostgreSQLConnection(address)
        try connection.open()
        try connection.send(words)
        try connection.settle()
    }

    /// False after the time.
    @discardableResult
    private func wait(on socket: Int32 = -1, for seconds: Double) -> Bool {
        var watched = [ends[0], socket].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        return poll(&watched, nfds_t(watched.count), Int32(seconds * 1000)) != 0
    }
}

/// What was told was not heard.
private struct Deafness: Error {
    static let words =
        "The database is reached through something that passes on no notices (LISTEN), as some connection poolers do."
}
