// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// A real Dovecot on loopback, with mailboxes for any user name, all with the password `secret`.
///
/// Needs Debian's dovecot-imapd. Started by root it gives up its rights as usual; by anybody else it keeps theirs.
public final class Dovecot: Sendable {
    public static var isAvailable: Bool { Program.exists("dovecot") }

    public static let password = "secret"

    /// What differs from a usual server.
    public struct Options: Sendable {
        /// Names of capabilities that the server does not announce, as a server without them.
        public var capabilities: String?
        public var mechanisms = "plain login"

        public init() {}
    }

    public let imapPort: Int
    public let imapsPort: Int
    public let certificate: LocalCertificate
    private let folder: TemporaryFolder
    private let process: Running

    private init(folder: TemporaryFolder, ports: [Int], certificate: LocalCertificate) {
        self.folder = folder
        imapPort = ports[0]
        imapsPort = ports[1]
        self.certificate = certificate
        process = Running()
    }

    public static func start(_ options: Options = Options()) async throws -> Dovecot {
        let folder = try TemporaryFolder()
        let ports = [try await freePort(), try await freePort()]
        let server = Dovecot(folder: folder, ports: ports, certificate: try await LocalCertificate.make(in: folder))
        try folder.write(server.configuration(options), to: "dovecot.conf")
        try FileManager.default.createDirectory(
            atPath: folder.path("mail"), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o777])
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.path("mail"))
        try await server.resume()
        return server
    }

    /// Starts again after `stop`.
    public func resume() async throws {
        process.set(
            try await ServerProcess.start(
                ["dovecot", "-F", "-c", folder.path("dovecot.conf")], in: folder, listeningOn: imapPort))
    }

    public func stop() {
        process.set(nil)
    }

    /// What the server has logged.
    public var log: String {
        (try? String(contentsOfFile: folder.path("dovecot.log"), encoding: .utf8)) ?? ""
    }

    // MARK: Mailboxes

    /// Puts a letter into a user's inbox, as a delivery agent does. Line ends become those of Unix, as on disk.
    public func deliver(_ letter: [UInt8], to user: String, seen: Bool = false) throws {
        let box = try mailbox(of: user)
        let name = "\(process.count()).M\(UUID().uuidString).martlet"
        let file = "\(box)/tmp/\(name)"
        guard
            FileManager.default.createFile(
                atPath: file, contents: Data(letter.filter { $0 != 0x0d }), attributes: [.posixPermissions: 0o666])
        else { throw ServerProcess.Failure(description: "cannot write \(file)") }
        try FileManager.default.moveItem(atPath: file, toPath: seen ? "\(box)/cur/\(name):2,S" : "\(box)/new/\(name)")
    }

    /// The flags of each letter in a user's inbox, as the letters of the Maildir format: `S` is seen, `T` deleted.
    public func flags(of user: String) throws -> [String] {
        let box = try mailbox(of: user)
        let files = FileManager.default
        let old = try files.contentsOfDirectory(atPath: "\(box)/cur").map { name in
            String(name.components(separatedBy: ":2,").dropFirst().last ?? "")
        }
        return old.sorted() + (try files.contentsOfDirectory(atPath: "\(box)/new")).map { _ in "" }
    }

    /// Gives all messages new numbers, as after a restore from a backup.
    public func renumber(_ user: String, uidValidity: Int) async throws {
        try await doveadm("mailbox", "update", "--uid-validity", "\(uidValidity)", "-u", user, "INBOX")
    }

    /// Cuts all connections of a user; false if there was none at that moment.
    public func kick(_ user: String) async throws -> Bool {
        let result = try await Program.run(["doveadm", "-c", folder.path("dovecot.conf"), "kick", user])
        return result.status == 0
    }

    /// Runs Dovecot's administration tool.
    public func doveadm(_ words: String...) async throws {
        let result = try await Program.run(["doveadm", "-c", folder.path("dovecot.conf")] + words)
        guard result.status == 0 else { throw ServerProcess.Failure(description: "doveadm \(words): \(result.output)") }
    }

    private func mailbox(of user: String) throws -> String {
        let box = folder.path("mail/\(user)")
        for part in ["", "/cur", "/new", "/tmp"] where !FileManager.default.fileExists(atPath: box + part) {
            try FileManager.default.createDirectory(atPath: box + part, withIntermediateDirectories: false)
            try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: box + part)
        }
        return box
    }

    private var isRoot: Bool { geteuid() == 0 }
    private var owner: String { isRoot ? "mail" : "\(geteuid())" }
    private var group: String { isRoot ? "mail" : "\(getegid())" }

    /// Only root can change users and roots.
    private var rights: String {
        if isRoot { return "default_internal_user = dovecot\ndefault_login_user = dovenull" }
        return """
            default_internal_user = \(NSUserName())
            default_internal_group = \(String(cString: getgrgid(getegid()).pointee.gr_name))
            default_login_user = \(NSUserName())
            service anvil {
              chroot =
            }
            service imap-login {
              chroot =
            }
            """
    }

    private func configuration(_ options: Options) -> String {
        """
        base_dir = \(folder.path("run"))
        log_path = \(folder.path("dovecot.log"))
        protocols = imap
        listen = 127.0.0.1
        ssl = yes
        ssl_cert = <\(certificate.certificatePath)
        ssl_key = <\(certificate.privateKeyPath)
        disable_plaintext_auth = no
        auth_mechanisms = \(options.mechanisms)
        auth_failure_delay = 0 secs
        mail_location = maildir:\(folder.path("mail"))/%u
        mail_uid = \(owner)
        mail_gid = \(group)
        first_valid_uid = 1
        mail_max_userip_connections = 100
        \(rights)
        \(options.capabilities.map { "imap_capability = \($0)" } ?? "")
        service imap-login {
          inet_listener imap {
            port = \(imapPort)
          }
          inet_listener imaps {
            port = \(imapsPort)
            ssl = yes
          }
        }
        passdb {
          driver = static
          args = password=\(Self.password)
        }
        userdb {
          driver = static
          args = uid=\(owner) gid=\(group) home=\(folder.path("mail"))/%u
        }
        namespace inbox {
          inbox = yes
        }

        """
    }
}

/// The process that runs at present, and a count for file names.
private final class Running: Sendable {
    private let state = Mutex<(process: ServerProcess?, number: Int)>((nil, 1_000_000))

    deinit { set(nil) }

    func set(_ new: ServerProcess?) {
        let old = state.withLock { state in
            defer { state.process = new }
            return state.process
        }
        old?.stop()
    }

    func count() -> Int {
        state.withLock { state in
            state.number += 1
            return state.number
        }
    }
}
