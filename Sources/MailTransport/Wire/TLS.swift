// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOSSL

/// A certificate chain with its private key, for listeners.
public struct TLSIdentity: Sendable {
    let context: NIOSSLContext

    /// Both in PEM; the chain starts with the server's own certificate.
    public init(certificateChain: String, privateKey: String) throws {
        do {
            let chain = try NIOSSLCertificate.fromPEMBytes(Array(certificateChain.utf8))
            let key = try NIOSSLPrivateKey(bytes: Array(privateKey.utf8), format: .pem)
            let configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw MailTransportError(
                .invalidConfiguration, retry: .never,
                said: "The certificate and private key cannot be used together: they must be PEM and belong together.",
                underlying: error)
        }
    }
}

extension MailServer {
    /// The handler that puts TLS on a client's channel to this server.
    func makeTLSHandler() throws -> NIOSSLClientHandler {
        var configuration = TLSConfiguration.makeClientConfiguration()
        switch trust {
        case .system: break
        case .authorities(let pem): configuration.additionalTrustRoots = [.certificates(try authorities(in: pem))]
        case .anyone: configuration.certificateVerification = .none
        }
        do {
            let context = try NIOSSLContext(configuration: configuration)
            // An address has no place in SNI; it is then checked against the certificate as an address.
            let name = IPAddress(host) == nil ? host : nil
            return try NIOSSLClientHandler(context: context, serverHostname: name)
        } catch {
            throw MailTransportError(
                .tlsFailed, retry: .never, said: "Encryption to \(self) could not be set up.", underlying: error)
        }
    }

    private func authorities(in pem: String) throws -> [NIOSSLCertificate] {
        do {
            return try NIOSSLCertificate.fromPEMBytes(Array(pem.utf8))
        } catch {
            throw MailTransportError(
                .invalidConfiguration, retry: .never,
                said: "The certificate authority given for \(self) is not a PEM certificate.", underlying: error)
        }
    }
}
