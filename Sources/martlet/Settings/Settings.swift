// SPDX-License-Identifier: Apache-2.0

import Console
import Foundation
import Planning
import Store

/// What `martlet.yaml` says: settings of the process only. All else is kept per tenant, and edited while it runs.
///
///     data: /var/lib/martlet
///     smtp: {port: 2525}
///     console: {port: 8025}
struct Settings: Sendable, Equatable {
    var data: String
    /// Nil for the embedded database in the data folder.
    var database: DatabaseSettings?
    /// Nil for the data folder.
    var bodies: BodySettings?
    /// Nil where Jira's events come into the database at once.
    var eventQueue: EventQueueSettings?
    /// The folder of the key store; nil for that in the data folder. The same for all processes of a database.
    var keys: String?
    var masterKey: MasterKeyPlace
    /// Where the one before it is; nil where nothing is under that any more.
    var formerMasterKey: MasterKeyPlace?
    /// The file that these were read from, for messages about them.
    private(set) var file = usualFile
    /// What we call ourselves to other mail servers.
    var hostName: String
    /// Letters that are worked on at the same time; with 0 they are only taken in and kept.
    var workers: Int
    var smtp: SMTPSettings
    var console: ConsoleSettings
    var logs = LogSettings()
    var keeping = KeepingSettings().limits
    /// The folder that letters are also written to as they came, unsealed.
    var rawCopies: String?
    /// Nil where nobody is told by mail of work that waits.
    var alerts: AlertSettings?

    init() {
        data = "/var/lib/martlet"
        masterKey = .file(nil)
        hostName = "localhost"
        workers = 8
        smtp = SMTPSettings()
        console = ConsoleSettings()
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case data, database, bodies, eventQueue, keys, masterKey, hostName, workers, smtp, console, logs, keeping,
            alerts
        case rawCopies
    }
}

extension Settings: Decodable {
    init(from decoder: any Decoder) throws {
        let keys = try decoder.strict(CodingKeys.self)
        self.init()
        data = try keys.value(.data, or: data)
        database = try keys.decodeIfPresent(DatabaseSettings.self, forKey: .database)
        bodies = try keys.decodeIfPresent(BodySettings.self, forKey: .bodies)
        eventQueue = try keys.decodeIfPresent(EventQueueSettings.self, forKey: .eventQueue)
        self.keys = try keys.decodeIfPresent(String.self, forKey: .keys)
        if let master = try keys.decodeIfPresent(MasterKeySettings.self, forKey: .masterKey) {
            (masterKey, formerMasterKey) = (master.place, master.former)
        }
        hostName = try keys.value(.hostName, or: hostName)
        workers = try keys.value(.workers, or: workers)
        smtp = try keys.value(.smtp, or: smtp)
        console = try keys.value(.console, or: console)
        logs = try keys.value(.logs, or: logs)
        keeping = try keys.decodeIfPresent(KeepingSettings.self, forKey: .keeping)?.limits ?? keeping
        rawCopies = try keys.decodeIfPresent(String.self, forKey: .rawCopies)
        alerts = try keys.decodeIfPresent(AlertSettings.self, forKey: .alerts)
    }
}

/// The door that people and Jira's webhooks come in by.
struct ConsoleSettings: Sendable, Equatable {
    var host = "127.0.0.1"
    var port = 8025
    var tls: TLSFiles?
    /// The address that a proxy in front shows, which then does the TLS.
    var publicURL: String?
    /// How long events of one issue wait for each other.
    var coalescingSeconds = 60

    var configuration: ConsoleConfiguration {
        ConsoleConfiguration(host: host, port: port, tls: tls.map { ($0.certificate, $0.key) }, publicURL: publicURL)
    }

    /// What others reach it by.
    var address: String { configuration.address }
}

extension ConsoleSettings: Decodable {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case host, port, tls, publicURL, coalescingSeconds
    }

    init(from decoder: any Decoder) throws {
        let keys = try decoder.strict(CodingKeys.self)
        self.init()
        host = try keys.value(.host, or: host)
        port = try keys.value(.port, or: port)
        tls = try keys.decodeIfPresent(TLSFiles.self, forKey: .tls)
        publicURL = try keys.decodeIfPresent(String.self, forKey: .publicURL)
        coalescingSeconds = try keys.value(.coalescingSeconds, or: coalescingSeconds)
    }
}

/// A certificate chain and its private key, both PEM.
struct TLSFiles: Sendable, Equatable {
    var certificate: String
    var key: String
}

extension TLSFiles: Decodable {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case certificate, key
    }

    init(from decoder: any Decoder) throws {
        let keys = try decoder.strict(CodingKeys.self)
        certificate = try keys.decode(String.self, forKey: .certificate)
        key = try keys.decode(String.self, forKey: .key)
    }
}

extension Settings {
    static let usualFile = "/etc/martlet/martlet.yaml"

    /// The file, if there is one, and the environment over it.
    static func load(file: String?, environment: [String: String]) throws(ConfigurationFault) -> Settings {
        var settings = Settings()
        if let file {
            settings = try decodeYAML(Settings.self, text: readText(file), file: file)
        } else if FileManager.default.fileExists(atPath: usualFile) {
            settings = try decodeYAML(Settings.self, text: readText(usualFile), file: usualFile)
        }
        settings.file = file ?? usualFile
        try settings.take(environment)
        // Paths are put behind it, and Atlassian compares the address of a consent letter by letter.
        while settings.console.publicURL?.hasSuffix("/") == true { settings.console.publicURL?.removeLast() }
        try settings.check(file: settings.file)
        return settings
    }

    private mutating func take(_ environment: [String: String]) throws(ConfigurationFault) {
        data = environment["MARTLET_DATA"] ?? data
        hostName = environment["MARTLET_HOST_NAME"] ?? hostName
        smtp.host = environment["MARTLET_SMTP_HOST"] ?? smtp.host
        smtp.port = try port("MARTLET_SMTP_PORT", environment) ?? smtp.port
        console.host = environment["MARTLET_CONSOLE_HOST"] ?? console.host
        console.port = try port("MARTLET_CONSOLE_PORT", environment) ?? console.port
        console.publicURL = environment["MARTLET_CONSOLE_PUBLIC_URL"] ?? console.publicURL
        if environment["MARTLET_MASTER_KEY"] != nil { masterKey = .environment("MARTLET_MASTER_KEY") }
    }

    private func port(_ name: String, _ environment: [String: String]) throws(ConfigurationFault) -> Int? {
        guard let text = environment[name] else { return nil }
        guard let port = Int(text), (0...65535).contains(port) else {
            throw ConfigurationFault(file: name, line: nil, words: "\"\(text)\" is not a port.")
        }
        return port
    }

    private func check(file: String) throws(ConfigurationFault) {
        for port in [smtp.port, console.port] where !(0...65535).contains(port) {
            throw ConfigurationFault(file: file, line: nil, words: "\(port) is not a port: ports go from 0 to 65535.")
        }
        let isLoopback = ["127.0.0.1", "::1", "localhost"].contains(console.host)
        if !isLoopback, console.tls == nil, console.publicURL?.hasPrefix("https://") != true {
            throw ConfigurationFault(
                file: file, line: nil,
                words: "The console on \(console.host) needs \"tls\", or \"publicURL\" of a proxy that does TLS: "
                    + "plain HTTP is for loopback only.")
        }
        if smtp.requiresTLS, smtp.tls == nil {
            throw ConfigurationFault(file: file, line: nil, words: "\"requiresTLS\" needs \"tls\" beside it.")
        }
        if !(0...64).contains(workers) {
            throw ConfigurationFault(file: file, line: nil, words: "\"workers\" is from 0 to 64.")
        }
        if let fault = keeping.terms.fault(most: .longest) {
            throw ConfigurationFault(file: file, line: nil, words: "\"keeping\": \(fault)")
        }
        if console.coalescingSeconds < 0 {
            throw ConfigurationFault(file: file, line: nil, words: "\"coalescingSeconds\" is 0 or more.")
        }
    }
}
