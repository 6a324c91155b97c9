// SPDX-License-Identifier: Apache-2.0

import Foundation

/// An engine below the store. All writes of a process come through one `Committer`.
protocol SQLDatabase: Sendable {
    /// In PostgreSQL each statement sees what was committed before it, in SQLite all see the same.
    func read<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T

    /// As `read`, with everything as it was at one moment; may take long.
    func snapshot<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T

    /// Runs `writes` in one transaction, and gives what went wrong with each; blocks.
    ///
    /// A write that fails is undone alone. Where the whole transaction is given up, or its commit fails, all fail. One may be
    /// undone and run a second time, since another one failed.
    func commit(_ writes: [@Sendable (any SQLConnection) throws -> Void]) -> [StoreError?]

    /// From now on nothing is committed unless this process is still among those that serve, and they hear when it was.
    func fence(_ processes: Processes)

    /// Gives from now on what other processes tell, and everything whenever some of it may have been missed.
    func listen(_ hear: @escaping @Sendable (News) -> Void)

    var hearing: Hearing { get }

    /// Lets one process take a tenant in at a time, of all that have the database; nil where one does.
    func lockImports() async throws -> (any DatabaseLock)?

    /// Bytes on disk.
    func size() async throws -> Int

    /// How busy its readers are; nil where nobody counts them.
    var readerLoad: ReaderLoad? { get }

    /// What is damaged, in words for operators; nil where somebody else looks after that.
    func flaws() async throws -> [String]?

    /// Takes away what an upgrade left, when it is old.
    func tidy(at now: Date)

    /// Gives a little of the disk back that nothing uses any more, where that is much. False where there is nothing more to
    /// do, or a server does it.
    func giveBackSome(_ connection: any SQLConnection) throws -> Bool

    /// Much of the disk that nothing uses any more, and that cannot be given back.
    func heldBytes() async throws -> Int

    /// Blocks.
    func close() throws
}

/// What one process does alone.
protocol DatabaseLock: Sendable {
    /// False where another one may do it by now.
    var isHeld: Bool { get async }

    func letGo()
}
