// SPDX-License-Identifier: Apache-2.0

import Engine
import Foundation
import Planning
import Store

/// Figures of the whole installation, as Prometheus reads them. They name no tenant and nobody.
///
///     # TYPE martlet_jobs gauge
///     martlet_jobs{line="letter",state="parked"} 2
struct Metrics: Sendable {
    private(set) var text = ""

    init(of store: InstallationStore, uptime: TimeInterval) async throws {
        let counts = try await store.counts()
        let size = try await store.size()
        var online = 0
        var offline = 0
        var waiting = waitingAges.map { (days: $0, sum: Waiting()) }
        for tenant in try await store.tenants() {
            let rows = try await store.tenant(tenant.id)
            for index in waiting.indices {
                let more = try await rows.waiting(longerThan: waiting[index].days)
                waiting[index].sum.letters += more.letters
                waiting[index].sum.events += more.events
            }
            for health in try await rows.health() {
                if health.isOnline { online += 1 } else { offline += 1 }
            }
        }
        let jobs = Line.allCases.flatMap { line in
            JobState.allCases.map { state in
                let count = counts.first { $0.line == line && $0.state == state }?.count ?? 0
                return (labels: "{line=\"\(line.rawValue)\",state=\"\(state.rawValue)\"}", value: count)
            }
        }
        add("martlet_jobs", "Letters and events by the state of their work.", jobs)
        add(
            "martlet_waiting", "Letters and events that are not done after so many days.",
            waiting.flatMap { age in
                [
                    (labels: "{line=\"letter\",days=\"\(age.days)\"}", value: age.sum.letters),
                    (labels: "{line=\"event\",days=\"\(age.days)\"}", value: age.sum.events),
                ]
            })
        add(
            "martlet_sources", "Mailboxes by whether they can be reached.",
            [("{state=\"online\"}", online), ("{state=\"offline\"}", offline)])
        add("martlet_database_bytes", "Bytes of the database on disk.", [("", size.database)])
        add("martlet_bodies_bytes", "Bytes of kept letters and events.", [("", size.bodies)])
        add("martlet_disk_free_bytes", "Bytes that the disk of the data folder has left.", [("", try store.freeBytes)])
        add("process_resident_memory_bytes", "Resident memory of the process.", [("", residentBytes())])
        add("process_uptime_seconds", "Seconds since the console started.", [("", max(0, Int(uptime)))])
    }

    private mutating func add(_ name: String, _ words: String, _ values: [(labels: String, value: Int)]) {
        text += "# HELP \(name) \(words)\n# TYPE \(name) gauge\n"
        for value in values { text += "\(name)\(value.labels) \(value.value)\n" }
    }
}

/// From `/proc/self/statm`: the second number, in pages. 0 where there is no such file.
private func residentBytes() -> Int {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
    let numbers = text.split(separator: " ")
    return (numbers.count > 1 ? Int(numbers[1]) ?? 0 : 0) * sysconf(Int32(_SC_PAGESIZE))
}
