// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A fresh certificate for loopback, made by the `openssl` program.
///
/// Without an issuer it is its own authority: trust `certificate` to trust the server.
public struct LocalCertificate: Sendable {
    public let certificate: String
    public let privateKey: String
    public let certificatePath: String
    public let privateKeyPath: String

    /// `names` as in a certificate: `DNS:localhost`, `IP:127.0.0.1`.
    public static func make(
        in folder: TemporaryFolder, names: [String] = ["DNS:localhost", "IP:127.0.0.1", "IP:::1"],
        by issuer: LocalCertificate? = nil
    ) async throws -> LocalCertificate {
        let certificate = folder.path("cert.pem")
        let key = folder.path("key.pem")
        let signed =
            issuer.map {
                [
                    "-CA", $0.certificatePath, "-CAkey", $0.privateKeyPath, "-addext",
                    "basicConstraints=critical,CA:FALSE",
                ]
            } ?? []
        let subject = issuer == nil ? "martlet test" : "martlet test server"
        let made = try await Program.run(
            [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=\(subject)",
                "-addext", "subjectAltName=\(names.joined(separator: ","))",
            ] + signed)
        guard made.status == 0 else { throw ServerProcess.Failure(description: made.output) }
        return LocalCertificate(
            certificate: try String(contentsOfFile: certificate, encoding: .utf8),
            privateKey: try String(contentsOfFile: key, encoding: .utf8),
            certificatePath: certificate, privateKeyPath: key)
    }
}
