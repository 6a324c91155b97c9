// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Planning
public import Vault

/// An export that was read to its end: whole, and of one tenant.
public struct TenantExport: Sendable {
    public let tenant: TenantID
    public let madeAt: Date
    /// Bytes of the file.
    let size: Int
    let keys: PortableKeys
    let accounts: [TravellingAccount]
    let terms: TermHistory
    private let file: DataFile
    private let stream: SealedStream.Reader

    struct TravellingAccount: Sendable {
        var name: String
        var password: String
    }

    /// Looks at all of the file, and takes nothing over. Slow on purpose, as the pass phrase is.
    public static func open(_ path: String, passPhrase: Secret) async throws -> TenantExport {
        do {
            return try await onFileQueue { try TenantExport(path, passPhrase) }
        } catch {
            throw damage(error)
        }
    }

    private init(_ path: String, _ passPhrase: Secret) throws {
        guard let file = try DataFile.find(path) else {
            throw StoreError(.notFound, "There is no file \(path).")
        }
        self.file = file
        size = Int(try file.status().st_size)
        let first = Array(TenantFile.firstLine.utf8)
        guard size >= first.count, Array(try file.read(0..<first.count)) == first else {
            throw StoreError(.damaged, "The file \(path) is no export of a tenant.")
        }
        let start = first.count + TravelKey.headCount
        guard size > start else { throw TenantFile.damaged }
        let key = try TravelKey(of: passPhrase, head: try file.read(first.count..<start))
        stream = try SealedStream.Reader(key: key, size: size - start) {
            try file.read(start + $0.lowerBound..<start + $0.upperBound)
        }
        var found = Contents()
        var reader = try Self.rows(stream)
        while let (table, row) = try reader.next() { try found.take(table, row) }
        guard let tenant = found.tenant, found.isNamed else { throw TenantFile.damaged }
        (self.tenant, madeAt) = (tenant, found.madeAt)
        keys = PortableKeys(found.keys)
        accounts = found.accounts
        terms = TermHistory(changes: found.terms.sorted { $0.since < $1.since })
    }

    /// All rows, once more.
    func rows() throws -> RowsReader { try Self.rows(stream) }

    private static func rows(_ stream: SealedStream.Reader) throws -> RowsReader {
        var position = 0
        return try RowsReader(knowing: TenantFile.all, saying: TenantFile.words) { wanted in
            let piece = try stream.read(position..<position + wanted)
            position += piece.count
            return piece
        }
    }

    /// A frame that does not open is of a file that was changed.
    static func damage(_ error: any Error) -> StoreError {
        let vault = error as? VaultError ?? (error as? StoreError)?.underlying as? VaultError
        return vault?.code == .doesNotOpen ? TenantFile.damaged : .of(error)
    }
}

/// What is known of an export when all of its rows were seen.
private struct Contents {
    var tenant: TenantID?
    var madeAt = Date.distantPast
    /// Whether the tenant's own row was there.
    var isNamed = false
    var keys: [String: Secret] = [:]
    var accounts: [TenantExport.TravellingAccount] = []
    var terms: [TermChange] = []

    mutating func take(_ table: BackupTable, _ values: [SQLValue]) throws {
        guard TenantFile.isReadable(table) else { throw TenantFile.damaged }
        let row = SQLRow(values: values)
        switch table.name {
        case TenantFile.mark.name where tenant == nil:
            tenant = try row.tenantID(0)
            madeAt = try row.time(1)
        case TenantFile.keys.name: keys[try row.text(0)] = Secret(bytes: try row.blob(1))
        case TenantFile.accounts.name:
            accounts.append(TenantExport.TravellingAccount(name: try row.text(0), password: try row.text(1)))
        case TenantFile.bodies.name: _ = (try row.jobID(0), try row.integer(1), try row.blob(2))
        default: try takeRow(of: table, row)
        }
    }

    /// Nothing of anybody else may be in it, whoever made it.
    private mutating func takeRow(of table: BackupTable, _ row: SQLRow) throws {
        guard let tenant, table.name != TenantFile.mark.name else { throw TenantFile.damaged }
        if let column = TenantFile.owner(in: table), try row.text(column) != tenant.rawValue {
            throw TenantFile.damaged
        }
        // What goes through the work of all tenants must not stop at one of this.
        if let column = TenantFile.job(in: table), JobID(try row.text(column)) == nil { throw TenantFile.damaged }
        if table.name == "tenants" { isNamed = true }
        guard table.name == "terms" else { return }
        guard let since = table.columns.firstIndex(of: "since"), let mail = table.columns.firstIndex(of: "mail_days"),
            let event = table.columns.firstIndex(of: "event_days")
        else { throw TenantFile.damaged }
        terms.append(
            TermChange(
                since: try row.time(since),
                terms: Terms(mailDays: try row.integer(mail), eventDays: try row.integer(event))))
    }
}
