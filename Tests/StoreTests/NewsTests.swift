// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Planning
import Testing
import Vault

@testable import Store

/// Nothing here looks for work by itself: what is heard is heard because it was told.
@Suite(
    "What processes tell each other", .enabled(if: PostgreSQL.isAvailable, "needs Debian's postgresql"),
    .timeLimit(.minutes(1)))
struct NewsTests {
    private let place: Installation

    init() async throws {
        place = try await Installation(.postgreSQL)
    }

    /// Hears what one store announces, once all that was told at the start is over.
    private struct Listening {
        private var heard: AsyncStream<Void>.Iterator

        init(_ changes: AsyncStream<Void>) {
            heard = changes.makeAsyncIterator()
        }

        mutating func next() async { await heard.next() }
    }

    private func untilItHears(_ store: InstallationStore) async {
        while store.hearing != .hears, !Task.isCancelled { await Task.yield() }
    }

    /// Both hear each other.
    private func two() async throws -> (one: InstallationStore, other: InstallationStore) {
        let (one, other) = try await place.two()
        await untilItHears(one)
        await untilItHears(other)
        return (one, other)
    }

    @Test("is a letter or event that one takes in")
    func received() async throws {
        let (one, other) = try await two()
        for line in Line.allCases {
            var listening = Listening(other.changes(of: line))
            let id = try await one.tenant(acme).keep("Hello", line)
            await listening.next()
            #expect(try await other.claim(line, limit: 9, at: noon).map(\.id) == [id])
        }
        try await one.close()
        try await other.close()
    }

    @Test("is work that one gives back, puts off, or has when it ends")
    func givenBack() async throws {
        let (one, other) = try await two()
        let tenant = try await one.tenant(acme)
        var first = Listening(other.changes(of: .letter))
        let id = try await tenant.keep("Hello")
        await first.next()
        func claimed() async throws { #expect(try await one.claim(.letter, limit: 9, at: noon).map(\.id) == [id]) }
        func heard(_ body: () async throws -> Void) async throws {
            var listening = Listening(other.changes(of: .letter))
            try await body()
            await listening.next()
        }
        try await claimed()
        try await heard { await one.release(id, line: .letter) }
        try await claimed()
        try await heard { try await tenant.retry(id, at: noon, said: "Later.") }
        try await heard { try await tenant.takeUp(id, at: noon, said: "Now.") }
        try await claimed()
        try await tenant.write(.planned(id, Data("plan".utf8)), .finished(entry(id)))
        try await heard { try await tenant.rerun(id, at: noon) }
        try await claimed()
        try await heard { try await one.close() }
        #expect(try await other.claim(.letter, limit: 9, at: noon).map(\.id) == [id])
        try await other.close()
    }

    @Test("is the work of a process that is taken for dead, told by who finds that")
    func dead() async throws {
        let (one, other) = try await two()
        let dying = try await place.process("dying")
        _ = try await dying.tenant(acme).keep("Hello")
        _ = try await dying.claim(.letter, limit: 9, at: noon)
        try await place.kill(dying, "dying")
        var listening = Listening(other.changes(of: .letter))
        let beats = Task {
            for seconds in stride(from: 0.0, through: 45, by: 5) {
                for store in [one, other] { try await store.beat(at: noon.addingTimeInterval(seconds)) }
            }
        }
        // It may be what the process ended at.
        while try await other.interrupted(.letter, at: noon).isEmpty, !Task.isCancelled { await listening.next() }
        try await beats.value
        #expect(try await other.interrupted(.letter, at: noon).count == 1)
        try await one.close()
        try await other.close()
    }

    @Test("is a set-up that changes, a tenant that comes or goes, also by a command beside")
    func setUp() async throws {
        let (one, other) = try await two()
        let beside = try await place.open(as: .beside, bodies: .folder(place.folder.path("bodies"), isShared: true))
        let globex = TenantID("globex")!
        func heard(_ body: () async throws -> Void) async throws {
            var listening = Listening(other.setUpChanges())
            try await body()
            await listening.next()
        }
        for store in [one, beside] {
            let tenant = try await store.tenant(acme)
            try await heard { try await tenant.put(.profile, desk, Data("p".utf8), at: noon) }
            try await heard { try await tenant.put(Secret("new"), named: "token", of: .profile, desk) }
            try await heard { try await tenant.replaceConfiguration(by: [.profile: [:]], at: noon) }
            try await heard { try await store.createTenant(globex, name: "Globex", at: noon) }
            try await heard { try await store.removeTenant(globex) }
        }
        try await beside.close()
        try await one.close()
        try await other.close()
    }

    @Test("is heard again after the session that hears was cut off, with what was told meanwhile")
    func cutOff() async throws {
        let (one, other) = try await two()
        var listening = Listening(other.changes(of: .letter))
        let name = try #require(place.database?.split(separator: "/").last.map(String.init))
        let server = try await Server.shared()
        let listeners =
            "SELECT pid FROM pg_stat_activity WHERE datname = '\(name)' AND query IN ('LISTEN martlet', 'SELECT 1')"
        let before = try await server.run(listeners, in: name).output.split(separator: "\n")
        #expect(before.count == 2)
        try await server.run("SELECT pg_terminate_backend(pid) FROM (\(listeners)) AS gone", in: name)
        await listening.next()
        await untilItHears(other)
        let after = try await server.run(listeners, in: name).output.split(separator: "\n")
        #expect(Set(before).isDisjoint(with: after))
        let id = try await one.tenant(acme).keep("Hello")
        while try await other.claim(.letter, limit: 9, at: noon).map(\.id) != [id], !Task.isCancelled {
            await listening.next()
        }
        try await one.close()
        try await other.close()
    }

    @Test("is not heard through a pooler that passes on no notices: then it is said why, and all else goes on")
    func pooler() async throws {
        let url = try #require(place.database)
        let server = try await Server.shared()
        let pooler = try Pooler(before: server.port)
        let (news, hear) = AsyncStream.makeStream(of: News.self)
        let address =
            url.replacing(":\(server.port)/", with: ":\(pooler.port)/") + "?sslmode=disable&gssencmode=disable"
        let listener = PostgreSQLListener(try PostgreSQLAddress(url: address), voice: "own", trial: 0.3) {
            hear.yield($0)
        }
        while listener.hearing == .notYet, !Task.isCancelled { await Task.yield() }
        let why = """
            The database is reached through something that passes on no notices (LISTEN), as some connection poolers do.
            """
        #expect(listener.hearing == Hearing.deaf(why))
        hear.finish()
        for await one in news { Issue.record("heard \(one)") }
    }

    @Test("is heard by who serves alone, from commands beside, and not by these; in SQLite nobody is to be heard")
    func alone() async throws {
        let single = try await place.process("one", isShared: false)
        try await single.createTenant(acme, name: "Acme", at: noon)
        await untilItHears(single)
        let beside = try await place.open(as: .beside, bodies: .folder(place.folder.path("bodies"), isShared: false))
        #expect(beside.hearing == .noOthers)
        var listening = Listening(single.setUpChanges())
        try await beside.tenant(acme).put(.profile, desk, Data("p".utf8), at: noon)
        await listening.next()
        try await beside.close()
        try await single.close()
        let sqlite = try await Installation(.sqlite)
        let (embedded, _) = try await sqlite.begin()
        #expect(embedded.hearing == .noOthers)
        try await embedded.close()
    }
}

/// Carries bytes to a PostgreSQL and back, all but its notices.
private final class Pooler: Sendable {
    let port: Int
    private let listener: Int32

    init(before server: Int) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) == 0 && listen(listener, 8) == 0
                    && getsockname(listener, address, &length) == 0
            }
        }
        guard isBound else { throw Unexpected() }
        self.listener = listener
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread {
            while true {
                let client = accept(listener, nil, nil)
                if client < 0 { return }
                Self.join(client, server)
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return address
    }

    private static func join(_ client: Int32, _ port: Int) {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(port)
        let status = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                connect(server, address, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { return }
        let (toServer, toClient) = (
            FileHandle(fileDescriptor: server, closeOnDealloc: true),
            FileHandle(fileDescriptor: client, closeOnDealloc: true)
        )
        Thread.detachNewThread {
            while let bytes = try? toClient.read(upToCount: 1), !bytes.isEmpty {
                try? toServer.write(contentsOf: bytes)
            }
            shutdown(server, Int32(SHUT_RDWR))
        }
        Thread.detachNewThread {
            // PostgreSQL: Message Formats: a letter, and the length with its own four bytes.
            while let head = try? toServer.read(upToCount: 5), head.count == 5 {
                let length = head.dropFirst().reduce(0) { $0 << 8 | Int($1) } - 4
                let body = length == 0 ? Data() : (try? toServer.read(upToCount: length)) ?? Data()
                if head.first != UInt8(ascii: "A") { try? toClient.write(contentsOf: head + body) }
            }
            shutdown(client, Int32(SHUT_RDWR))
        }
    }
}
