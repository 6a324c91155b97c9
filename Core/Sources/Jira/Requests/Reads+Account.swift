// SPDX-License-Identifier: Apache-2.0

extension Read where Answer == Account {
    /// Jira: GET /user. Data Center knows it by its key.
    public static func account(_ id: AccountID) -> Self {
        Read(
            { deployment in
                let name = deployment == .cloud ? "accountId" : "key"
                return Request(.get, deployment.api("user"), query: .items((name, id.rawValue)))
            }, Account.init(at:))
    }
}
