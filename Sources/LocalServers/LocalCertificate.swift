// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A fresh self-signed certificate for loopback, made by the `openssl` program.
///
/// It is its own authority: trust `certificate` to trust the server.
public struct LocalCertificate: Sendable {
    public let certificate: String
    public let privateKey: String
    public let certificatePath: String
    public let privateKeyPath: String

    /// `names` as in a certificate: `DNS:localhost`, `IP:127.0.0.1`.
    public static func make(
        in folder: TemporaryFolder, names: [String] = ["DNS:localhost", "IP:127.0.0.1", "IP:::1"]
    ) async throws -> LocalCertificate {
        let certificate = folder.path("cert.pem")
        let key = folder.path("key.pem")
        let made = try await Program.run([
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=martlet test",
            "-addext", "subjectAltName=\(names.joined(separator: ","))",
        ])
        guard made.status == 0 else { throw ServerProcess.Failure(description: made.output) }
        return LocalCertificate(
            certificate: try String(contentsOfFile: certificate, encoding: .utf8),
            privateKey: try String(contentsOfFile: key, encoding: .utf8),
            certificatePath: certificate, privateKeyPath: key)
    }
}
