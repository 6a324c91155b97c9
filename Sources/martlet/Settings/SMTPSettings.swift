// SPDX-License-Identifier: Apache-2.0

import Foundation
import MailTransport
import Planning
import Vault

/// The door that mail comes in by.
struct SMTPSettings: Sendable, Equatable {
    var isEnabled = true
    var host = "127.0.0.1"
    var port = 2525
    /// Who may connect; loopback only by default.
    var networks = ["127.0.0.0/8", "::1/128"]
    /// In bytes.
    var largestLetter = 50_000_000
    var tls: TLSFiles?
    /// No letter is taken before STARTTLS.
    var requiresTLS = false
    /// Who may sign in, if anybody; over TLS and on loopback only.
    var signIn: SMTPSignIn?
}

/// The account by which another mail server signs in.
struct SMTPSignIn: Sendable, Equatable {
    var user: String
    var password: SecretPlace
    /// No letter is taken from who did not sign in.
    var isRequired: Bool
}

extension SMTPSignIn: Decodable {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case user, environment, file
        case isRequired = "required"
    }

    init(from decoder: any Decoder) throws {
        let keys = try decoder.strict(CodingKeys.self)
        user = try keys.decode(String.self, forKey: .user)
        password = try keys.secretPlace([(.environment, { .environment($0) }), (.file, { .file($0) })])
        isRequired = try keys.value(.isRequired, or: false)
    }
}

extension SMTPSettings: Decodable {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case isEnabled = "enabled"
        case host, port, networks, largestLetter, tls, requiresTLS, signIn
    }

    init(from decoder: any Decoder) throws {
        let keys = try decoder.strict(CodingKeys.self)
        self.init()
        isEnabled = try keys.value(.isEnabled, or: isEnabled)
        host = try keys.value(.host, or: host)
        port = try keys.value(.port, or: port)
        networks = try keys.value(.networks, or: networks)
        largestLetter = try keys.value(.largestLetter, or: largestLetter)
        tls = try keys.decodeIfPresent(TLSFiles.self, forKey: .tls)
        requiresTLS = try keys.value(.requiresTLS, or: requiresTLS)
        signIn = try keys.decodeIfPresent(SMTPSignIn.self, forKey: .signIn)
    }
}

// MARK: What the server takes

extension SMTPSettings {
    func server(named name: String) throws -> SMTPServerConfiguration {
        var limits = SMTPServerConfiguration.Limits()
        limits.messageSize = largestLetter
        return SMTPServerConfiguration(
            host: host, port: port, name: name, encryption: try encryption, authentication: try authentication,
            allowedNetworks: try allowedNetworks, limits: limits)
    }

    private var encryption: SMTPServerConfiguration.Encryption {
        get throws {
            guard let tls else { return .none }
            let identity = try TLSIdentity(certificateChain: tls.certificate, privateKey: tls.key)
            return requiresTLS ? .startTLSRequired(identity) : .startTLS(identity)
        }
    }

    private var authentication: SMTPServerConfiguration.Authentication {
        get throws {
            guard let signIn else { return .none }
            let name = Secret(signIn.user)
            let password = try signIn.password.resolved(for: "The password of smtp.signIn", file: "smtp.signIn")
            // Both are always compared, so that time tells nothing.
            let check: SMTPServerConfiguration.PasswordCheck = { user, given in
                let isName = Secret(user) == name
                let isPassword = Secret(given) == password
                return isName && isPassword
            }
            return signIn.isRequired ? .required(check) : .optional(check)
        }
    }

    private var allowedNetworks: [IPNetwork] {
        get throws {
            try networks.map { text in
                guard let network = IPNetwork(text) else {
                    throw ConfigurationFault(
                        file: "smtp.networks", line: nil,
                        words: "\"\(text)\" is no network: write it like 192.0.2.0/24.")
                }
                return network
            }
        }
    }
}
