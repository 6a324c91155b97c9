// SPDX-License-Identifier: Apache-2.0

import MIME

/// Whether it is one mail address with all its parts, and nothing beside it.
func isWholeAddress(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && mailboxes(parsing: text) == [Mailbox(address: text)]
}

/// What to say of one that is not.
func notWhole(_ text: String, _ example: String) -> String {
    "\"\(text)\" is no mail address: write all of it, as in \(example)"
}
