// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A Postfix of one test's own: takes letters on loopback and hands them to `relayTo`, or throws them away.
///
/// Needs Debian's `postfix` and to be root; `isAvailable` tells.
public final class Postfix: Sendable {
    public let port: Int
    private let server: ServerProcess

    public static var isAvailable: Bool { Program.exists("postfix") && getuid() == 0 }

    private init(port: Int, server: ServerProcess) {
        self.port = port
        self.server = server
    }

    /// Further settings are those of `main.cf`.
    public static func start(
        in folder: TemporaryFolder, relayTo next: Int? = nil, settings: [String: String] = [:]
    ) async throws -> Postfix {
        let port = try await freePort()
        var main = [
            "compatibility_level": "3.6", "queue_directory": folder.path("queue"),
            "data_directory": folder.path("data"), "myhostname": "postfix.example.org", "mydestination": "",
            "mynetworks": "127.0.0.0/8", "inet_protocols": "ipv4", "smtp_tls_security_level": "none",
            "default_transport": next.map { "smtp:[127.0.0.1]:\($0)" } ?? "discard:",
            "maillog_file": folder.path("postfix.log"), "maillog_file_prefixes": folder.path,
            "smtputf8_enable": "yes", "alias_maps": "",
        ]
        main.merge(settings) { $1 }
        let lines = main.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)\n" }
        try folder.write(lines.joined(), to: "conf/main.cf")
        try folder.write(services(on: port), to: "conf/master.cf")
        try makeFolder(folder.path("queue"))
        try makeFolder(folder.path("data"))
        _ = try await Program.run(["chown", "postfix", folder.path("data")])
        let command = ["postfix", "-c", folder.path("conf")]
        let server = try await ServerProcess.start(
            command + ["start"], in: folder, listeningOn: port, stopCommand: command + ["stop"])
        return Postfix(port: port, server: server)
    }

    public func stop() { server.stop() }

    private static func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    }

    /// The services of `master.cf` that a relay needs, none in a chroot.
    private static func services(on port: Int) -> String {
        """
        127.0.0.1:\(port) inet n - n - - smtpd
        cleanup unix n - n - 0 cleanup
        qmgr unix n - n 300 1 qmgr
        tlsmgr unix - - n 1000? 1 tlsmgr
        rewrite unix - - n - - trivial-rewrite
        bounce unix - - n - 0 bounce
        defer unix - - n - 0 bounce
        trace unix - - n - 0 bounce
        proxymap unix - - n - - proxymap
        smtp unix - - n - - smtp
        retry unix - - n - - error
        error unix - - n - - error
        discard unix - - n - - discard
        anvil unix - - n - 1 anvil
        scache unix - - n - 1 scache
        postlog unix-dgram n - n - 1 postlogd

        """
    }
}
