// SPDX-License-Identifier: Apache-2.0

import CPostgreSQL
import Foundation

/// One connection by libpq, made when it is first needed and made anew after it broke.
final class PostgreSQLConnection: SQLConnection {
    private let address: PostgreSQLAddress
    /// Done on each new connection before anything else.
    private let greeting: (PostgreSQLConnection) throws -> Void
    private var session: OpaquePointer?
    /// The names of the statements that this session has prepared.
    private var prepared: [String: String] = [:]
    /// How many statements were sent whose answers were not taken yet.
    private var posted = 0
    private var postedBytes = 0
    /// What is to be told when this transaction is committed.
    private(set) var news: Set<News> = []

    init(_ address: PostgreSQLAddress, greeting: @escaping (PostgreSQLConnection) throws -> Void = { _ in }) {
        self.address = address
        self.greeting = greeting
    }

    deinit {
        PQfinish(session)
    }

    // MARK: Statements

    @discardableResult
    func run(_ sql: String, _ values: [SQLValue]) throws -> Int {
        try execute(sql, values).changedRows
    }

    func rows(_ sql: String, _ values: [SQLValue]) throws -> [SQLRow] {
        try execute(sql, values).rows()
    }

    func forEach(_ sql: String, _ body: (SQLRow) throws -> Void) throws {
        try script("DECLARE each NO SCROLL CURSOR FOR \(sql)")
        while true {
            let some = try rows("FETCH 100 FROM each", [])
            if some.isEmpty { break }
            for row in some { try body(row) }
        }
        try script("CLOSE each")
    }

    /// Several statements without parameters.
    func script(_ sql: String) throws {
        try settle()
        _ = try PostgreSQLResult(PQexec(session, sql), of: session)
    }

    /// In one round trip with what was posted before.
    private func execute(_ sql: String, _ values: [SQLValue]) throws -> PostgreSQLResult {
        let name = try prepare(sql)
        if posted > 0 {
            try send(name, values)
            return try answers()
        }
        return try PostgreSQLParameters(values).withPointers { pointers, lengths, formats in
            try PostgreSQLResult(
                PQexecPrepared(session, name, Int32(values.count), pointers, lengths, formats, 1), of: session)
        }
    }

    private func prepare(_ sql: String) throws -> String {
        if let name = prepared[sql] { return name }
        try settle()
        let name = "s\(prepared.count)"
        _ = try PostgreSQLResult(PQprepare(session, name, sql.replacing("?", with: "$"), 0, nil), of: session)
        prepared[sql] = name
        return name
    }

    // MARK: Statements that go together

    /// So that neither side keeps much for the other, and that nothing is on its way to the server while we are about something
    /// else: libpq sends from 8 KB on. A process that stood still then would not count there as idle within a transaction.
    private static let mostPosted = (statements: 64, bytes: 8000)

    func post(_ sql: String, _ values: [SQLValue]) throws {
        try send(try prepare(sql), values)
        postedBytes += values.reduce(50) { $0 + $1.size }
        if posted >= Self.mostPosted.statements || postedBytes >= Self.mostPosted.bytes { try settle() }
    }

    /// Waits for the answers to all that was posted, and throws where one of it failed.
    func settle() throws {
        if posted > 0 { _ = try answers() }
    }

    private func send(_ name: String, _ values: [SQLValue]) throws {
        let isSent = PostgreSQLParameters(values).withPointers { pointers, lengths, formats in
            PQenterPipelineMode(session) == 1
                && PQsendQueryPrepared(session, name, Int32(values.count), pointers, lengths, formats, 1) == 1
        }
        guard isSent else {
            let error = StoreError.unreachableDatabase(said(by: session))
            if posted == 0 { PQexitPipelineMode(session) }
            throw error
        }
        posted += 1
    }

    /// Takes the answers to all that was sent, and gives the last. Of several that failed the first says why: the server passes
    /// over what comes behind it.
    private func answers() throws -> PostgreSQLResult {
        defer { PQexitPipelineMode(session) }
        let count = posted
        (posted, postedBytes) = (0, 0)
        guard PQpipelineSync(session) == 1 else { throw StoreError.unreachableDatabase(said(by: session)) }
        var last: Result<PostgreSQLResult, StoreError>?
        for _ in 0..<count {
            let answer = Result { () throws(StoreError) in
                try PostgreSQLResult(PQgetResult(session), of: session)
            }
            if case .failure = last {} else { last = answer }
            // None follows, which ends the answer.
            PQclear(PQgetResult(session))
        }
        PQclear(PQgetResult(session))
        guard let last else { preconditionFailure("nothing was sent") }
        return try last.get()
    }

    // MARK: News

    func tell(_ news: News) {
        self.news.insert(news)
    }

    /// Whose news come over this session from now on.
    func listen(to channel: String) throws {
        try script("LISTEN \(channel)")
    }

    var socket: Int32 { PQsocket(session) }

    /// What came since the last look; does not wait for more.
    func notices() throws -> [String] {
        guard PQconsumeInput(session) == 1 else { throw StoreError.unreachableDatabase(said(by: session)) }
        var words: [String] = []
        while let notice = PQnotifies(session) {
            words.append(String(cString: notice.pointee.extra))
            PQfreemem(notice)
        }
        return words
    }

    // MARK: The session

    /// Undoes what was done since the beginning of the transaction, or since the savepoint. False where the transaction is lost.
    func undo(to savepoint: String? = nil) throws -> Bool {
        // What was posted is undone too, also where it failed.
        try? settle()
        guard [PQTRANS_INTRANS, PQTRANS_INERROR].contains(PQtransactionStatus(session)) else { return false }
        try script(savepoint.map { "ROLLBACK TO \($0); RELEASE \($0)" } ?? "ROLLBACK")
        return true
    }

    /// Begins a transaction by what `first` does. That the connection broke while nobody used it is seen only here, and does no
    /// harm.
    func begin(_ first: () throws -> Void) throws {
        news = []
        func attempt() throws {
            try open()
            try post("BEGIN", [])
            try first()
            try settle()
        }
        try open()
        do {
            try attempt()
        } catch  where isBroken {
            try attempt()
        }
    }

    /// Ends the transaction: what was posted, and it, in one round trip.
    func commit() throws {
        do {
            let answer = try execute("COMMIT", [])
            // Of a transaction in which something failed that nobody heard of.
            guard answer.command == "COMMIT" else {
                throw StoreError(.ioFailed, "The database undid what it was to keep.")
            }
        } catch  where isBroken {
            throw StoreError(
                .outcomeUnknown, "The database went away while it kept this; whether it did is not known.")
        }
    }

    var isBroken: Bool { PQstatus(session) != CONNECTION_OK }

    /// Connects, or connects again where the connection is broken.
    func open() throws {
        if session != nil, !isBroken { return }
        close()
        session = address.withParameters { PQconnectdbParams($0, $1, 1) }
        guard !isBroken else {
            defer { close() }
            throw StoreError.unreachableDatabase(said(by: session))
        }
        do {
            try checkServer()
            try greeting(self)
        } catch {
            close()
            throw error
        }
    }

    private func checkServer() throws {
        let version = PQserverVersion(session)
        guard version >= 150_000 else {
            throw StoreError(
                .unfitDatabase,
                "Martlet needs PostgreSQL 15 or newer; this server is PostgreSQL \(version / 10_000).\(version % 10_000)."
            )
        }
        let host = PQhostaddr(session).map { String(cString: $0) } ?? ""
        if let complaint = address.complaint(about: host, isEncrypted: PQsslInUse(session) == 1) { throw complaint }
        // A session whose other end vanished must not hold its locks for hours.
        try script(
            """
            SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3; \
            SET tcp_user_timeout = 20000
            """)
        // One that stands still amid a transaction must not keep others from taking over its work.
        try script("SET idle_in_transaction_session_timeout = '10s'")
        // What a write returned is durable, whatever this server does for others.
        try script("SET lock_timeout = '5s'; SET client_min_messages = error")
        if try row("SELECT 1 WHERE current_setting('synchronous_commit') = 'off'") != nil {
            try script("SET synchronous_commit = on")
        }
    }

    func close() {
        PQfinish(session)
        session = nil
        prepared = [:]
        (posted, postedBytes) = (0, 0)
    }
}

/// What the library said last, on one line.
func said(by session: OpaquePointer?) -> String {
    guard let words = PQerrorMessage(session) else { return "" }
    return String(cString: words).split(whereSeparator: \.isNewline).joined(separator: " ")
}

extension SQLValue {
    /// Bytes on the way to the server, about.
    fileprivate var size: Int {
        switch self {
        case .null: 4
        case .integer: 24
        case .text(let text): text.utf8.count + 4
        case .blob(let bytes): bytes.count + 4
        }
    }
}
