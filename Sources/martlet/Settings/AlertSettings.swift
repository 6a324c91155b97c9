// SPDX-License-Identifier: Apache-2.0

import Engine
import MailTransport
import Planning
import Vault

/// Who is told by mail of work that waits for a day, a week, and 25 days: how much of which tenant, nothing of what it is.
///
///     alerts: {from: martlet@example.com, to: [ops@example.com], server: {host: smtp.example.com, user: martlet, file: /etc/...}}
struct AlertSettings: Sendable, Equatable {
    var from: String
    var to: [String]
    var host: String
    var port: Int
    var security: TransportSecurity
    var user: String?
    var password: SecretPlace?

    func route(console: String) throws -> AlertRoute {
        let password = try password?.resolved(for: "The password of alerts.server", file: "alerts.server")
        return AlertRoute(
            server: MailServer(host: host, port: port, security: security.forMail),
            credentials: user.map { Credentials(user: $0, password: password?.reveal() ?? "") }, from: from, to: to,
            console: console)
    }
}

extension AlertSettings: Decodable {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case from, to, server
    }

    init(from decoder: any Decoder) throws {
        let keys = try decoder.strict(CodingKeys.self)
        from = try keys.decode(String.self, forKey: .from)
        to = try keys.decode([String].self, forKey: .to)
        guard !to.isEmpty else {
            throw DecodingError.dataCorruptedError(forKey: .to, in: keys, debugDescription: "alerts go to somebody")
        }
        for (key, address) in [(CodingKeys.from, from)] + to.map({ (.to, $0) }) where !isWholeAddress(address) {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: keys, debugDescription: "\(notWhole(address, "martlet@example.com"))")
        }
        let server = try keys.decode(Server.self, forKey: .server)
        (host, port, security) = (server.host, server.port, server.security)
        (user, password) = (server.user, server.password)
    }

    private struct Server: Decodable {
        var host: String
        var port: Int
        var security: TransportSecurity
        var user: String?
        var password: SecretPlace?

        enum CodingKeys: String, CodingKey, CaseIterable {
            case host, port, security, user, environment, file
        }

        init(from decoder: any Decoder) throws {
            let keys = try decoder.strict(CodingKeys.self)
            host = try keys.decode(String.self, forKey: .host)
            security = try keys.value(.security, or: .startTLS)
            port = try keys.value(.port, or: security == .tls ? 465 : 587)
            guard (1...65535).contains(port) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .port, in: keys, debugDescription: "\(port) is not a port: ports go from 1 to 65535")
            }
            user = try keys.decodeIfPresent(String.self, forKey: .user)
            if user == nil, let place = [CodingKeys.environment, .file].first(where: keys.contains) {
                throw DecodingError.dataCorruptedError(
                    forKey: place, in: keys, debugDescription: "whose password it is says \"user\", which is missing")
            }
            if user != nil {
                password = try keys.secretPlace([(.environment, { .environment($0) }), (.file, { .file($0) })])
            }
        }
    }
}
