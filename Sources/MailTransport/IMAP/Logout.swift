// SPDX-License-Identifier: Apache-2.0

extension IMAPConnection {
    /// Takes leave and closes. Trouble in it does not matter any more: nothing is lost with the connection.
    func logOut() async {
        _ = try? await run(IMAPCommand("LOGOUT"))
        await close()
    }
}
