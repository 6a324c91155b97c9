// SPDX-License-Identifier: Apache-2.0

extension Read where Answer == Account {
    /// Jira: GET /user
    public static func account(_ id: AccountID) -> Self {
        Read(Request(.get, .api("user"), query: .items(("accountId", id.rawValue)))) { (place) throws(Unreadable) in
            try Account(at: place)
        }
    }
}
