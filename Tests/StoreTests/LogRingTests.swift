// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Synchronization
import Testing

@testable import Store

@Suite("The log")
struct LogRingTests {
    private let day: TimeInterval = 86_400
    private let place: TemporaryFolder
    private let clock = Clock()

    private final class Clock: Sendable {
        let time = Mutex(noon)
    }

    init() throws {
        place = try TemporaryFolder()
    }

    private var folder: String { place.path("logs") }
    private var files: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }

    private func ring(days: Int = 7) -> LogRing {
        LogRing(folder: folder, days: days) { [clock] in clock.time.withLock { $0 } }
    }

    private func wait(_ seconds: TimeInterval) {
        clock.time.withLock { $0 += seconds }
    }

    @Test("P83 goes day by day, whether anything is logged or not")
    func period() throws {
        let ring = ring()
        #expect(ring.write("first"))
        wait(day)
        #expect(ring.write("second"))
        #expect(files == ["2026-11-22.1.log", "2026-11-23.1.log"])
        #expect(LogRing.lines(in: folder, limit: 10) == ["first", "second"])
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/2026-11-22.1.log")
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        // Seven whole days after its own.
        wait(6.4 * day)
        ring.sweep()
        #expect(files.count == 2)
        wait(0.2 * day)
        ring.sweep()
        #expect(files == ["2026-11-23.1.log"])
        wait(day)
        ring.sweep()
        #expect(files.isEmpty)
    }

    @Test("P83 takes old files away when it begins a new one, also those of an earlier process")
    func beginning() {
        #expect(ring(days: 1).write("old"))
        wait(3 * day)
        #expect(ring(days: 1).write("new"))
        #expect(LogRing.lines(in: folder, limit: 10) == ["new"])
    }

    @Test("P87 is destroyed at once, and a process that logs begins anew")
    func purge() {
        let ring = ring()
        for line in 0..<3 {
            ring.write("line \(line)")
            wait(day)
        }
        #expect(LogRing.purge(folder) == 3)
        #expect(files.isEmpty)
        #expect(LogRing.purge(folder) == 0)
        ring.write("after")
        ring.write("and more")
        #expect(LogRing.lines(in: folder, limit: 10) == ["after", "and more"])
        #expect(LogRing.purge(folder) == 1)
        ring.write("again")
        #expect(LogRing.lines(in: folder, limit: 10) == ["again"])
    }

    @Test("takes no more of the disk than its files may have")
    func room() {
        let ring = ring()
        let line = String(repeating: "x", count: LogRing.pieceLimit / 2)
        for _ in 0..<(2 * LogRing.countLimit + 8) { ring.write(line) }
        #expect(files.count == LogRing.countLimit)
        #expect(files.contains("2026-11-22.\(LogRing.countLimit + 4).log"))
        #expect(!files.contains("2026-11-22.1.log"))
    }

    @Test(
        "loses no line that it has while the disk is full",
        .enabled(if: SmallDisk.isPossible, "needs the right to mount a small disk"))
    func fullDisk() throws {
        let disk = try SmallDisk(at: folder, size: "64k")
        defer { disk.unmount() }
        let ring = ring()
        #expect(ring.write("before"))
        let long = String(repeating: "x", count: 100_000)
        for _ in 0..<(LogRing.countLimit + 1) { #expect(!ring.write(long)) }
        #expect(files == ["2026-11-22.1.log"])
        try disk.resize("1m")
        #expect(ring.write(long))
        #expect(LogRing.lines(in: folder, limit: 10) == ["before", long])
    }

    @Test("leaves other files of its folder alone")
    func others() throws {
        try place.write("mine", to: "logs/2020-01-01.notes.log")
        try place.write("mine", to: "logs/notes.txt")
        let ring = ring()
        ring.write("line")
        ring.sweep()
        #expect(LogRing.purge(folder) == 1)
        #expect(files == ["2020-01-01.notes.log", "notes.txt"])
    }

    @Test("says when a line could not be written, and goes on when it can")
    func unwritable() throws {
        try place.write("a file", to: "logs")
        let ring = ring()
        #expect(!ring.write("lost"))
        try FileManager.default.removeItem(atPath: folder)
        #expect(ring.write("kept"))
    }
}
