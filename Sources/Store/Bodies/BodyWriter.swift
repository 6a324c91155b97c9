// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Planning
import Synchronization
import Vault

/// Takes the bytes of a letter or event as they come, and seals them at once.
///
/// Up to 256 KiB stay in memory and, in a folder, go to a shared segment with the next commit; a longer body goes to a file
/// of its own while it comes, so that no body is in memory as a whole. Nothing is kept before `TenantStore.receive` returns; a
/// writer that is given up, or let go, leaves nothing behind.
public final class BodyWriter: Sendable {
    /// The id that the job will have.
    public let id: JobID
    public let line: Line
    public let receivedAt: Date

    let key: LetterKey
    private let store: any BodyStore
    private let state: Mutex<State>

    static let memoryLimit = 256 * 1024

    private struct State: Sendable {
        var stream: SealedStream.Writer
        var sealed: [UInt8] = []
        var size = 0
        var large: Large?
        var isEnded = false
    }

    /// A file of its own, and how much of it is written.
    private struct Large: Sendable {
        var file: DataFile
        var written = 0
    }

    init(_ id: JobID, _ line: Line, receivedAt: Date, key: LetterKey, store: any BodyStore) {
        self.id = id
        self.line = line
        self.receivedAt = receivedAt
        self.key = key
        self.store = store
        state = Mutex(State(stream: SealedStream.Writer(key: key, for: .body(of: id))))
    }

    deinit { abandon() }

    /// Plain bytes so far.
    public var size: Int { state.withLock(\.size) }

    /// Copies what it gets, and may write to the page cache, but never waits for the disk.
    public func append(_ bytes: some ContiguousBytes) throws {
        do {
            try bytes.withUnsafeBytes { bytes in
                try state.withLock { state in
                    precondition(!state.isEnded, "a body was continued after its end")
                    try state.stream.append(bytes, into: &state.sealed)
                    state.size += bytes.count
                    if state.size > Self.memoryLimit { try spill(&state) }
                }
            }
        } catch {
            abandon()
            throw StoreError.of(error)
        }
    }

    /// Gives up: nothing of it is kept.
    public func abandon() {
        let hadFile = state.withLock { state in
            defer {
                state.large = nil
                state.isEnded = true
            }
            return state.large != nil
        }
        if hadFile { store.abandon(name) }
    }

    /// Seals the end; what is kept by itself is durable on return.
    func end() async throws -> SealedBody {
        let large = try state.withLock { state -> Large? in
            precondition(!state.isEnded, "a body was kept twice, or after it was abandoned")
            state.isEnded = true
            try state.stream.finish(into: &state.sealed)
            if state.large != nil { try write(&state) }
            return state.large
        }
        guard let large else { return try await store.take(state.withLock { $0.sealed }, name) }
        return try await store.finish(name, large.file, size: large.written)
    }

    /// A row names the body now: letting the writer go leaves its file.
    func keep() {
        state.withLock { $0.large = nil }
    }

    private var name: String { "\(line.folder(at: receivedAt))/\(id).body" }

    private func spill(_ state: inout State) throws {
        if state.large == nil {
            state.large = Large(file: try store.begin(name))
        }
        if state.sealed.count >= Self.memoryLimit { try write(&state) }
    }

    private func write(_ state: inout State) throws {
        guard var large = state.large else { return }
        try large.file.write(state.sealed, at: large.written)
        large.written += state.sealed.count
        state.large = large
        state.sealed.removeAll(keepingCapacity: true)
    }
}
