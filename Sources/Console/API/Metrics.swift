// SPDX-License-Identifier: Apache-2.0

import Engine
import Foundation
import Planning
import Store
import Vault
import WebClient

/// Figures of the whole installation, as Prometheus reads them. They name no tenant and nobody.
///
///     # TYPE martlet_jobs gauge
///     martlet_jobs{line="letter",state="parked"} 2
struct Metrics: Sendable {
    private(set) var text = ""

    init(of engine: Engine, at now: Date, uptime: TimeInterval) async throws {
        let store = engine.store
        try await addWork(of: store, at: now)
        if let depth = engine.eventQueueDepth {
            add(
                "martlet_event_queue_messages", "Events in the queue, as it said a minute ago at most.",
                [("{state=\"waiting\"}", depth.waiting), ("{state=\"taken\"}", depth.taken)])
        }
        try await addSources(of: store)
        try await addRetention(of: store, at: now)
        try await addDatabase(of: store)
        add("process_resident_memory_bytes", "Resident memory of the process.", [("", residentBytes())])
        add("process_uptime_seconds", "Seconds since the console started.", [("", max(0, Int(uptime)))])
    }

    private mutating func addWork(of store: InstallationStore, at now: Date) async throws {
        let counts = try await store.counts()
        let jobs = Line.allCases.flatMap { line in
            JobState.allCases.map { state in
                let count = counts.first { $0.line == line && $0.state == state }?.count ?? 0
                return (labels: "{line=\"\(line.rawValue)\",state=\"\(state.rawValue)\"}", value: count)
            }
        }
        add("martlet_jobs", "Letters and events by the state of their work.", jobs)
        // All that waits, and what does for so many days.
        var sums = ([0] + waitingAges).map { (days: $0, waiting: Waiting()) }
        for tenant in try await store.tenants() {
            let rows = try await store.tenant(tenant.id)
            for index in sums.indices { sums[index].waiting.add(try await rows.waiting(longerThan: sums[index].days)) }
        }
        add(
            "martlet_waiting", "Letters and events that are not done after so many days.",
            sums.dropFirst().flatMap { sum in
                [
                    (labels: "{line=\"letter\",days=\"\(sum.days)\"}", value: sum.waiting.letters),
                    (labels: "{line=\"event\",days=\"\(sum.days)\"}", value: sum.waiting.events),
                ]
            })
        func age(_ oldest: Date?) -> Int { oldest.map { max(0, Int(now.timeIntervalSince($0))) } ?? 0 }
        let all = sums[0].waiting
        add(
            "martlet_oldest_waiting_seconds", "Since when the oldest waits that is not done; 0 where nothing does.",
            [("{line=\"letter\"}", age(all.oldestLetter)), ("{line=\"event\"}", age(all.oldestEvent))])
    }

    private mutating func addSources(of store: InstallationStore) async throws {
        var sources: [(name: String, health: SourceHealth)] = []
        var tenants = (served: 0, ended: 0)
        for tenant in try await store.tenants() {
            if tenant.endsAt == nil { tenants.served += 1 } else { tenants.ended += 1 }
            let rows = try await store.tenant(tenant.id)
            sources += try await rows.health().map { (rows.metricsName(of: $0), $0) }
        }
        add(
            "martlet_tenants", "Tenants by whether they have ended.",
            [("{state=\"served\"}", tenants.served), ("{state=\"ended\"}", tenants.ended)])
        let online = sources.count { $0.health.isOnline }
        add(
            "martlet_sources", "Mailboxes by whether they can be reached.",
            [("{state=\"online\"}", online), ("{state=\"offline\"}", sources.count - online)])
        add(
            "martlet_source_last_success_timestamp_seconds",
            "When a mailbox was looked into last; or, where it is not reached, since when. The console names it.",
            sources.sorted { $0.name < $1.name }.map { source in
                (labels: "{source=\"\(source.name)\"}", value: Int(source.health.lastSuccess.timeIntervalSince1970))
            })
    }

    private mutating func addRetention(of store: InstallationStore, at now: Date) async throws {
        if let swept = try await store.sweptAt() {
            add(
                "martlet_last_sweep_timestamp_seconds", "When all that was over was destroyed last.",
                [("", Int(swept.timeIntervalSince1970))])
        }
        let (keys, rows) = try await store.overdue(by: now.addingTimeInterval(-2 * 3_600))
        add(
            "martlet_overdue", "Keys and rows whose time was over two hours ago: a sweep comes with each hour.",
            [("{kind=\"keys\"}", keys), ("{kind=\"rows\"}", rows)])
    }

    private mutating func addDatabase(of store: InstallationStore) async throws {
        let size = try await store.size()
        add("martlet_database_bytes", "Bytes of the database on disk.", [("", size.database)])
        if let load = store.readerLoad {
            add(
                "martlet_database_readers", "Connections to the database that read, and who waits for one.",
                [
                    ("{state=\"busy\"}", load.busy), ("{state=\"free\"}", load.free),
                    ("{state=\"awaited\"}", load.waiting),
                ])
        }
        add("martlet_bodies_bytes", "Bytes of kept letters and events.", [("", size.bodies)])
        add("martlet_disk_free_bytes", "Bytes that the disk of the data folder has left.", [("", try store.freeBytes)])
    }

    private mutating func add(_ name: String, _ words: String, _ values: [(labels: String, value: Int)]) {
        text += "# HELP \(name) \(words)\n# TYPE \(name) gauge\n"
        for value in values { text += "\(name)\(value.labels) \(value.value)\n" }
    }
}

extension TenantStore {
    /// What a source is called where nobody is named: always the same, and of no use to who does not see the console.
    func metricsName(of source: SourceHealth) -> String {
        String(keys.sign("source \(source.source)", for: .log).prefix(8))
    }
}

extension SourceHealth {
    /// Nobody knows it of one that was never reached: then it is when that was first seen.
    fileprivate var lastSuccess: Date { isOnline ? checkedAt : changedAt }
}

extension Waiting {
    fileprivate mutating func add(_ other: Waiting) {
        letters += other.letters
        events += other.events
        oldestLetter = [oldestLetter, other.oldestLetter].compactMap(\.self).min()
        oldestEvent = [oldestEvent, other.oldestEvent].compactMap(\.self).min()
    }
}

/// From `/proc/self/statm`: the second number, in pages. 0 where there is no such file.
private func residentBytes() -> Int {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
    let numbers = text.split(separator: " ")
    return (numbers.count > 1 ? Int(numbers[1]) ?? 0 : 0) * sysconf(Int32(_SC_PAGESIZE))
}
