// SPDX-License-Identifier: Apache-2.0

/// A table as it goes into a backup, each after those that it refers to.
struct BackupTable: Sendable, CustomStringConvertible {
    var name: String
    var columns: [String]

    init(_ name: String, _ columns: String) {
        self.name = name
        self.columns = columns.split(separator: " ").map(String.init)
    }

    /// As `description` says it.
    init?(_ line: String) {
        let words = line.split(separator: " ").map(String.init)
        guard words.count > 1 else { return nil }
        name = words[0]
        columns = Array(words.dropFirst())
    }

    /// Whether one of these is this table, with these columns at least.
    func isAmong(_ tables: [BackupTable]) -> Bool {
        tables.contains { $0.name == name && Set($0.columns).isSuperset(of: columns) }
    }

    /// A test holds this to the schema. Sessions are left out, since a restored house has nobody in it; and who works on
    /// what.
    static let all = [
        BackupTable("installation", "id payload swept_at"),
        BackupTable("tenants", "id created_at payload is_audited ends_at"),
        BackupTable("terms", "tenant since mail_days event_days"),
        BackupTable("accounts", "name tenant payload"),
        BackupTable("configuration", "tenant kind id revision changed_at payload"),
        BackupTable("secrets", "tenant kind id name payload"),
        BackupTable(
            "jobs",
            "id tenant line source state received_at due_at attempts interruptions identity sender kept_until size "
                + "body_file body_offset body_length pending_key kept_key payload plan said alerted"),
        BackupTable("holdings", "tenant kind id about made_at kept_until payload"),
        BackupTable("flags", "tenant job flagged_at"),
        BackupTable("marks", "job decider ordinal begun_at tried_at ended_at result"),
        BackupTable("audit", "job tenant line kind disposition finished_at kept_until sender payload"),
        BackupTable("words", "tenant hash job"),
        BackupTable("message_ids", "tenant hash seen_at payload issue"),
        BackupTable("comment_senders", "tenant hash seen_at payload"),
        BackupTable("mailboxes", "tenant source changed_at payload"),
        BackupTable("health", "tenant source is_online changed_at checked_at payload"),
        BackupTable("trail", "owner number done_at payload chain"),
    ]

    /// All rows of these tables as they are at one moment, durable in a file; gives how many there are.
    static func write(_ tables: [BackupTable], of connection: any SQLConnection, to path: String) throws -> Int {
        let file = try AppendedFile(path)
        var writer = RowsWriter(tables) { try file.append($0) }
        var count = 0
        for (number, table) in tables.enumerated() {
            try connection.forEach(table.selection) { row in
                try writer.write(row, of: number)
                count += 1
            }
        }
        try writer.finish()
        try file.flush()
        return count
    }

    /// What of these tables a schema of before has too.
    ///
    /// - Parameter columns: Of each of its tables.
    static func known(to columns: [String: Set<String>]) -> [BackupTable] {
        all.compactMap { table in
            guard let there = columns[table.name] else { return nil }
            return BackupTable(table.name, table.columns.filter(there.contains).joined(separator: " "))
        }
    }

    var description: String { ([name] + columns).joined(separator: " ") }

    var selection: String { "SELECT \(columns.joined(separator: ", ")) FROM \(name)" }

    var insertion: String {
        let places = columns.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
        return "INSERT INTO \(name) (\(columns.joined(separator: ", "))) VALUES (\(places))"
    }
}
