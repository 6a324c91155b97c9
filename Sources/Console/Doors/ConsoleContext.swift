// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import NIOCore
import Planning
import Store
import Vault

/// What is known of a request beside itself.
struct ConsoleContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let peer: SocketAddress?
    /// Who is signed in.
    var visitor: Visitor?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        peer = source.channel.remoteAddress
    }
}

/// Who is signed in, by which session.
struct Visitor: Sendable {
    var account: String
    var role: Account.Role
    var session: Secret
    /// Stands in every form of this session.
    var formToken: Secret

    var tenant: TenantID? {
        switch role {
        case .operator: nil
        case .tenantAdmin(let id): id
        }
    }
}
