// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Planning
import Store
import Synchronization
import Vault

/// What keeping costs: sealed rows, sealed bytes, search and sweep. One line of JSON; Scripts/harness/keeping.py says it beside
/// peers.
@main
enum KeepingBench {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard (3...4).contains(arguments.count), let records = Int(arguments[2]), records >= 1_000 else {
            FileHandle.standardError.write(Data("usage: keeping FOLDER RECORDS [POSTGRESQL]\n".utf8))
            exit(2)
        }
        var figures: [String: Double] = [:]
        let address = arguments.count > 3 ? try PostgreSQLAddress(url: arguments[3]) : nil
        if address == nil { figures["plain_rows"] = try plainRows(in: arguments[1]) }
        figures["sealed_bytes"] = try sealedBytes()
        let house = try await House(folder: arguments[1], database: address)
        figures["rows_1"] = try await house.rows(writers: 1, seconds: 3)
        figures["rows_64"] = try await house.rows(writers: 64, seconds: 3)
        try await house.measureRecords(records, into: &figures)
        try await house.measureBodies(max(1_000, records / 20), into: &figures)
        try await house.store.close()
        let line = try JSONSerialization.data(withJSONObject: figures, options: [.sortedKeys])
        print(String(decoding: line, as: UTF8.self))
    }

    /// Single-row commits of 300 bytes a second, in the write-ahead log and each flushed.
    private static func plainRows(in folder: String) throws -> Double {
        let queue = try DatabaseQueue(path: folder + "/plain.sqlite")
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
            try database.execute(sql: "CREATE TABLE rows (id INTEGER PRIMARY KEY, payload BLOB NOT NULL)")
        }
        let row = Data(repeating: 0x78, count: 300)
        return try ratePerSecond(seconds: 3) {
            try queue.write { try $0.execute(sql: "INSERT INTO rows (payload) VALUES (?)", arguments: [row]) }
        }
    }

    /// Bytes sealed a second on one core, in pieces of 64 KiB as a letter comes.
    private static func sealedBytes() throws -> Double {
        let folder = NSTemporaryDirectory() + "martlet-bench-keys-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let ring = try KeyRing.open(folder: folder, master: .random())
        try ring.create(.system)
        let key = LetterKey(of: try ring.keys(of: .system))
        let piece = [UInt8](repeating: 0x78, count: 64 << 10)
        let pieces = 4_096
        var stream = SealedStream.Writer(key: key, for: SealContext(table: "bench", row: "1", column: "body"))
        var out: [UInt8] = []
        let took = try ContinuousClock().measure {
            for _ in 0..<pieces {
                try piece.withUnsafeBytes { try stream.append($0, into: &out) }
                out.removeAll(keepingCapacity: true)
            }
        }
        return Double(pieces * piece.count) / took.inSeconds
    }
}

func ratePerSecond(seconds: Double, _ body: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    var count = 0
    while (ContinuousClock.now - start).inSeconds < seconds {
        try body()
        count += 1
    }
    return Double(count) / (ContinuousClock.now - start).inSeconds
}

extension Duration {
    var inSeconds: Double { self / .seconds(1) }
}
