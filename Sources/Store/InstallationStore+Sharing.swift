// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Planning
import Synchronization
import Vault

/// What several processes of one database share. Where the database is embedded, there is one, and it has everything.
extension InstallationStore {
    /// Whether others may serve the database beside this process.
    public var isShared: Bool { processes != nil && home.isShared }

    /// How many serve it, as of the last beat.
    public var processCount: Int { processes?.count ?? 1 }

    /// Enters this process among those that serve, and counts what the one before it ended at.
    func join() async throws {
        guard let processes else { return try await countInterruptions() }
        if let refusal = try await clockDifference()?.refusal { throw refusal }
        try await enter(processes)
    }

    /// Nil where no other machine can serve.
    public func clockDifference() async throws -> ClockDifference? {
        guard database is PostgreSQLDatabase, home.isShared else { return nil }
        return try await database.read { [systemTime] in try $0.clockDifference(from: systemTime) }
    }

    /// Where there is no other process.
    private func countInterruptions() async throws {
        guard let left = marks?.left, !left.isEmpty else { return }
        try await committer.write { connection in
            for job in left { try connection.countInterruption(of: job, in: nil) }
        }
        try marks?.beginAnew()
    }

    private func enter(_ processes: Processes) async throws {
        let (isShared, former) = (isShared, processes.former(servingAlone: !isShared))
        // Before others can see this process, and look for them.
        try await onFileQueue { [places = sharedPlaces] in
            for place in places { try place.add(processes.own) }
        }
        let (gone, others) = try await committer.write { [left = marks?.left ?? []] connection in
            if let former {
                // Others may have done this before, and have the letters now.
                for job in left { try connection.countInterruption(of: job, in: former) }
                try connection.removeProcess(former)
            }
            // Who serves alone has waited for the end of all others.
            let ended = isShared ? [] : try connection.beats().map { $0.id }
            for id in ended { try connection.removeDeadProcess(id) }
            let others = try connection.beats().map { $0.id }
            try connection.addProcess(processes.own)
            return (ended + (former.map { [$0] } ?? []), others)
        }
        try processes.remember()
        try marks?.beginAnew()
        database.fence(processes)
        for place in sharedPlaces { gone.forEach(place.remove) }
        for place in sharedPlaces where !place.has(others) { throw StoreError(.unfitDatabase, place.words) }
    }

    /// Gives back all that this process has.
    func leave() async throws {
        guard let processes else { return }
        try await committer.write { try $0.removeProcess(processes.own) }
        for place in sharedPlaces { place.remove(processes.own) }
    }

    /// Says that this process is there, and takes over from those that are not. To be called every few seconds.
    @discardableResult
    public func beat() async throws -> Beat {
        try await beat(at: .steady)
    }

    /// Throws where others may have taken this process for dead by now, and may be doing what it is about to do. To be asked
    /// just before each write to the world.
    @Sendable public func requirePresence() throws(StoreError) {
        guard isShared, let processes, !processes.mayWrite(at: .steady) else { return }
        throw StoreError(
            .displaced,
            "The database did not answer for \(Int(Processes.writingTime)) seconds: another process may be doing this.")
    }

    @discardableResult
    func beat(at now: Date) async throws -> Beat {
        guard let processes else { return Beat() }
        let (gone, clock) = try await committer.write { [claims, systemTime, isShared] connection in
            try connection.beat(processes.own)
            try connection.freeJobs(of: processes.own) { claims.contains($0) }
            try connection.endLeases(of: processes.own) { name in processes.held.withLock { $0.contains(name) } }
            let gone = try processes.dead(among: try connection.beats(), at: now).filter {
                try connection.removeDeadProcess($0.id, stoppedAt: $0.beat)
            }.map { $0.id }
            return (gone, isShared ? try connection.clockDifference(from: systemTime) : nil)
        }
        if !gone.isEmpty {
            for place in sharedPlaces { gone.forEach(place.remove) }
            for line in Line.allCases { changes.announce(line.news) }
        }
        return Beat(dead: gone.count, clock: clock)
    }

    /// Whether this process is the one that does what only one may do: from now on, until it ends or gives it back.
    public func takeLease(_ name: String) async throws -> Bool {
        guard let processes else { return true }
        let isNew = Mutex(false)
        @Sendable func forget() {
            let wasNew = isNew.withLock { isNew in
                defer { isNew = false }
                return isNew
            }
            if wasNew { processes.held.withLock { _ = $0.remove(name) } }
        }
        do {
            return try await committer.write { connection in
                // What it took the time before, if this is the second.
                forget()
                guard try connection.takeLease(name, processes.own) else { return false }
                let wasAdded = processes.held.withLock { $0.insert(name).inserted }
                if wasAdded { isNew.withLock { $0 = true } }
                return true
            }
        } catch {
            // It may have been taken all the same: then the next beat gives it back.
            forget()
            throw error
        }
    }

    public func endLease(_ name: String) async throws {
        guard let processes else { return }
        // What fails now is done at the next beat.
        processes.held.withLock { _ = $0.remove(name) }
        try await committer.write { try $0.endLease(name, processes.own) }
    }

    /// Lets go of the keys that another process destroyed. To be called every minute.
    public func followDestroyedKeys() async throws {
        do {
            try await onFileQueue { [keys] in try keys.followDestroyed() }
        } catch {
            throw StoreError.of(error)
        }
        forgetTenants()
    }

    /// The folders that must be the same for all processes.
    private var sharedPlaces: [SharedPlace] {
        var places = [
            SharedPlace(
                folder: keys.folder,
                words:
                    "Another Martlet serves this database with another key store: \"keys\" of the settings must lead "
                    + "all to the same folder.")
        ]
        if case .folder(let path, isShared: true) = home {
            places.append(
                SharedPlace(
                    folder: path,
                    words:
                        "Another Martlet serves this database with other letters: \"bodies\" of the settings must lead "
                        + "all to the same folder."))
        }
        return places
    }
}

/// A folder in which each process leaves a mark, so that others see whether it is the same for them.
private struct SharedPlace: Sendable {
    let folder: String
    /// Said where it is not.
    let words: String

    private func path(_ process: String) -> String { "\(folder)/served-by-\(process)" }

    func add(_ process: String) throws {
        _ = try DataFile(path(process), O_RDWR | O_CREAT)
    }

    func remove(_ process: String) {
        unlink(path(process))
    }

    func has(_ processes: [String]) -> Bool {
        processes.allSatisfy { FileManager.default.fileExists(atPath: path($0)) }
    }
}

extension TenantStore {
    /// How many earlier letters to the same place, or of which nobody knows yet where they go, come first, whoever has them.
    ///
    /// - Parameters:
    ///   - lane: What the letter writes to, as it was kept by `Step.inLane`.
    ///   - sources: Those whose letters are known to go elsewhere.
    public func lettersBefore(
        _ job: JobID, in lane: String, besides sources: [String] = [], at now: Date
    ) async throws -> Int {
        let hash = keys.hash(lane, for: .lane)
        return try await database.read { [id] in
            try $0.countEarlier(job, of: id, in: hash, besides: sources, at: now)
        }
    }

    /// When earlier letters to the same place wrote to it in the last half minute, whoever had them.
    public func writeTimes(before job: JobID, in lane: String, at now: Date) async throws -> [Date] {
        let hash = keys.hash(lane, for: .lane)
        return try await database.read { [id] in
            try $0.writeTimes(before: job, of: id, in: hash, after: now.addingTimeInterval(-40))
        }
    }
}
