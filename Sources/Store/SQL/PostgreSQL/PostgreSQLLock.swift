// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// An advisory lock of the database, held by a session of its own: it goes with that.
final class PostgreSQLLock: DatabaseLock {
    private let session: Mutex<PostgreSQLConnection>

    // Numbers that no other program is likely to lock: "martlet" and its next.
    static let servers = 0x6D_6172_746C_6574
    static let migrations = 0x6D_6172_746C_6575
    static let imports = 0x6D_6172_746C_6576

    /// Nil where another session has it. Blocks.
    init?(_ address: PostgreSQLAddress, number: Int) throws {
        let connection = PostgreSQLConnection(address)
        try connection.open()
        // A row comes only where it was free.
        guard try connection.row("SELECT 1 WHERE pg_try_advisory_lock(\(number))") != nil else { return nil }
        session = Mutex(connection)
    }

    var isHeld: Bool {
        get async {
            // The session is not made anew when it broke.
            let answer: Void? = try? await onFileQueue { try self.session.withLock { try $0.script("SELECT 1") } }
            return answer != nil
        }
    }

    func letGo() {
        session.withLock { $0.close() }
    }
}
