// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Synchronization
import Vault

/// The processes that serve one database on a server, and this one among them.
///
/// Each has a row and counts beats in it. One whose count stands still for 40 seconds, by the clock of who looks, is
/// taken for dead: its row goes, and with it every claim and lease that it had. From then on it commits nothing, since each
/// transaction of a process begins by a look at its own row, which nobody removes before that transaction's end. Long before
/// that it writes nothing to the world: only who was found among them a moment ago does.
final class Processes: Sendable {
    /// This process, as long as it lives.
    let own = newJobID(at: Date(timeIntervalSince1970: 0))
    private let seen = Mutex<[String: Seen]>([:])
    private let file: String
    /// Nil where it cannot be told.
    private let place: String?

    private struct Seen {
        var beat: Int
        var since: Date
    }

    /// When this process last looked.
    private let looked = Mutex(Date.distantPast)
    /// The leases that this process knows it has.
    let held = Mutex<Set<String>>([])

    /// When a transaction last found this process among those that serve.
    private let confirmed = Mutex(Date.distantPast)

    static let patience: TimeInterval = 40
    /// Who has not looked for so long begins to count anew: what kept it from looking may have kept the others from beating.
    static let blindness: TimeInterval = 20
    /// So long after its last transaction a process may still begin a write to the world: what it began is at its end before
    /// others look whether it was done.
    static let writingTime: TimeInterval = 15

    /// - Parameters:
    ///   - folder: Of this process alone; it tells the next one there whose work it may take over at once.
    ///   - boot: What tells this machine from others.
    init(folder: String, boot: String? = Processes.boot) {
        file = folder + "/process"
        place = Self.place(of: folder, boot)
    }

    /// The process that had this folder before, whose end is known by our having it. In a copy of the folder the file says
    /// nothing, since the original may be served all the while: unless nobody else serves at all.
    func former(servingAlone isAlone: Bool) -> String? {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { return nil }
        let lines = text.split(separator: "\n").map(String.init)
        guard let id = lines.first, id.utf8.count == own.utf8.count else { return nil }
        return isAlone || place != nil && lines.last == place ? id : nil
    }

    func remember() throws {
        let text = "\(own)\n\(place ?? "")\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
    }

    /// Which folder this is, as long as the machine runs.
    static func place(of folder: String, _ boot: String? = boot) -> String? {
        guard let boot, let identity = (try? DataFile.identities(upFrom: folder))?.first else { return nil }
        return "\(boot) \(identity.device):\(identity.inode)"
    }

    /// This machine since its last start, by the kernel's word: no copy of a disk has the same. After a start of the machine the
    /// file says nothing to who shares, and others have long taken over.
    static let boot = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        .trimmingCharacters(in: .whitespacesAndNewlines)

    /// Learns who beats, and gives those who have not for too long, with the count at which they stopped.
    func dead(among beats: [(id: String, beat: Int)], at now: Date) -> [(id: String, beat: Int)] {
        let wasBlind = looked.withLock { last in
            defer { last = now }
            return now.timeIntervalSince(last) > Self.blindness
        }
        return seen.withLock { seen in
            var next: [String: Seen] = [:]
            for (id, beat) in beats where id != own {
                let known = seen[id]
                next[id] = known?.beat == beat && !wasBlind ? known : Seen(beat: beat, since: now)
            }
            seen = next
            return next.filter { now.timeIntervalSince($0.value.since) > Self.patience }
                .map { (id: $0.key, beat: $0.value.beat) }
        }
    }

    func confirm(at time: Date) {
        confirmed.withLock { $0 = max($0, time) }
    }

    func mayWrite(at time: Date) -> Bool {
        time.timeIntervalSince(confirmed.withLock { $0 }) < Self.writingTime
    }

    /// All that were there at the last look, and this one.
    var count: Int { seen.withLock(\.count) + 1 }
}

extension Date {
    /// Now, by a clock that nobody sets: only the differences of such times count.
    static var steady: Date { steadyStart.date + (ContinuousClock.now - steadyStart.instant) / .seconds(1) }
}

private let steadyStart = (date: Date(), instant: ContinuousClock.now)

extension SQLConnection {
    func addProcess(_ id: String) throws {
        try run("INSERT INTO processes (id, beat) VALUES (?1, 0)", [.text(id)])
    }

    /// Frees all that it had.
    func removeProcess(_ id: String) throws {
        for line in Line.allCases { tell(line.news) }
        try run("DELETE FROM processes WHERE id = ?1", [.text(id)])
    }

    /// The same of one that ended without a farewell.
    func removeDeadProcess(_ id: String) throws {
        try countInterruptions(in: id)
        try removeProcess(id)
    }

    /// The same, unless it has beaten since.
    func removeDeadProcess(_ id: String, stoppedAt beat: Int) throws -> Bool {
        // It begins no transaction from here on. One that is amid one holds its row: nobody waits for that, and with it
        // beats no more; it is looked at again with the next beat.
        let found = try row(
            "SELECT 1 FROM processes WHERE id = ?1 AND beat = ?2 FOR UPDATE SKIP LOCKED", [.text(id), .integer(beat)])
        if found == nil { return false }
        try removeDeadProcess(id)
        return true
    }

    func beat(_ id: String) throws {
        try run("UPDATE processes SET beat = beat + 1 WHERE id = ?1", [.text(id)])
    }

    func beats() throws -> [(id: String, beat: Int)] {
        try rows("SELECT id, beat FROM processes").map { (try $0.text(0), try $0.integer(1)) }
    }

    /// Whether this process has the lease now.
    func takeLease(_ name: String, _ process: String) throws -> Bool {
        try run(
            "INSERT INTO leases (name, process) VALUES (?1, ?2) ON CONFLICT DO NOTHING", [.text(name), .text(process)])
        return try row("SELECT process FROM leases WHERE name = ?1", [.text(name)])?.text(0) == process
    }

    func endLease(_ name: String, _ process: String) throws {
        try run("DELETE FROM leases WHERE name = ?1 AND process = ?2", [.text(name), .text(process)])
    }

    /// What a process has and does not know of: the answer to its taking, or its giving back, was lost.
    func endLeases(of process: String, unless isKnown: (String) -> Bool) throws {
        for row in try rows("SELECT name FROM leases WHERE process = ?1", [.text(process)]) {
            let name = try row.text(0)
            if !isKnown(name) { try endLease(name, process) }
        }
    }

    // MARK: Jobs

    /// What a process took and does not know of: the answer to its taking was lost.
    func freeJobs(of process: String, unless isKnown: (JobID) -> Bool) throws {
        for row in try rows("SELECT id FROM jobs WHERE process = ?1", [.text(process)]) {
            let id = try row.jobID(0)
            if !isKnown(id) { try freeJob(id, of: process) }
        }
    }

    func freeJob(_ id: JobID, of process: String) throws {
        let freed = try row(
            "UPDATE jobs SET process = NULL WHERE id = ?1 AND process = ?2 RETURNING line",
            [.text(id.rawValue), .text(process)])
        if let freed { tell(try freed.line(0).news) }
    }

    /// Whether it was free and is this process's now.
    func takeJob(_ id: JobID, for process: String) throws -> Bool {
        try run(
            "UPDATE jobs SET process = ?2 WHERE id = ?1 AND process IS NULL AND due_at IS NOT NULL",
            [.text(id.rawValue), .text(process)]) > 0
    }

    func isTaken(_ id: JobID) throws -> Bool {
        try row("SELECT 1 FROM jobs WHERE id = ?1 AND process IS NOT NULL", [.text(id.rawValue)]) != nil
    }

    func setLane(_ lane: Data?, of id: JobID) throws {
        try post("UPDATE jobs SET lane = ?2 WHERE id = ?1", [.text(id.rawValue), .blob(ifAny: lane)])
    }

    /// When the last writes of earlier letters of a lane began.
    func writeTimes(before id: JobID, of tenant: TenantID, in lane: Data, after time: Date) throws -> [Date] {
        try rows(
            """
            SELECT marks.tried_at FROM marks JOIN (SELECT id FROM jobs WHERE tenant = ?1 AND lane = ?3 AND id < ?2 \
            ORDER BY id DESC LIMIT 100) AS earlier ON marks.job = earlier.id WHERE marks.tried_at > ?4 \
            ORDER BY marks.tried_at
            """,
            [.text(tenant.rawValue), .text(id.rawValue), .blob(lane), .time(time)]
        ).map { try $0.time(0) }
    }

    /// How many earlier letters come first, up to 200: those of the same lane, or of which nobody knows the lane yet, that are
    /// worked on or are tried within a minute. One that failed again and again is waited for no longer. In their order they
    /// are found without a look at all that came later.
    ///
    /// - Parameter sources: Whose letters go elsewhere.
    func countEarlier(
        _ id: JobID, of tenant: TenantID, in lane: Data, besides sources: [String], at now: Date
    ) throws -> Int {
        let elsewhere = sources.indices.map { " AND source <> ?\($0 + 5)" }.joined()
        return try rows(
            """
            SELECT 1 FROM jobs WHERE tenant = ?1 AND line = 'letter' AND id < ?2 AND state NOT IN ('done', 'failed') \
            AND due_at IS NOT NULL AND attempts <= 5 AND (process IS NOT NULL OR due_at <= ?4) \
            AND (lane = ?3 OR lane IS NULL AND plan IS NULL\(elsewhere)) ORDER BY id LIMIT 200
            """,
            [.text(tenant.rawValue), .text(id.rawValue), .blob(lane), .time(now.addingTimeInterval(60))]
                + sources.map { .text($0) }
        ).count
    }
}
