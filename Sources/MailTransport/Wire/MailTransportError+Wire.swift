// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import NIOSSL

extension MailTransportError {
    /// Sorts what NIO and TLS throw while a line to `server` is opened or used.
    init(_ error: any Error, on server: MailServer) {
        switch error {
        case let error as MailTransportError: self = error
        case let error as NIOConnectionError: self.init(connecting: error, to: server)
        case let error as IOError where error.errnoCode == 111:
            self.init(.unreachable, retry: .soon, said: "\(server) refused the connection.", underlying: error)
        case ChannelError.connectTimeout,
            is ChannelError where "\(error)".contains("connectTimeout"):
            self.init(.timedOut, retry: .soon, said: "\(server) did not answer in time.", underlying: error)
        case is NIOSSLExtraError:
            self.init(
                .certificateRejected, retry: .whenReauthorized,
                said: "The certificate of \(server) is for another name.", underlying: error)
        case let error as NIOSSLError: self.init(encrypting: error, to: server)
        default:
            self.init(.closed, retry: .soon, said: "The connection to \(server) was lost.", underlying: error)
        }
    }

    private init(connecting error: NIOConnectionError, to server: MailServer) {
        let timedOut = error.connectionErrors.contains {
            if case ChannelError.connectTimeout = $0.error { true } else { false }
        }
        let unknown = error.connectionErrors.isEmpty && (error.dnsAError != nil || error.dnsAAAAError != nil)
        if timedOut {
            self.init(.timedOut, retry: .soon, said: "\(server) did not answer in time.", underlying: error)
        } else if unknown {
            self.init(
                .unreachable, retry: .soon, said: "The name \(server.host) was not found.", underlying: error)
        } else {
            self.init(
                .unreachable, retry: .soon, said: "\(server) could not be reached: the connection was refused.",
                underlying: error)
        }
    }

    private init(encrypting error: NIOSSLError, to server: MailServer) {
        let words = String(describing: error)
        if words.contains("CERTIFICATE_VERIFY_FAILED") || words.contains("unableToValidateCertificate") {
            self.init(
                .certificateRejected, retry: .whenReauthorized,
                said: "The certificate of \(server) is not trusted, or has expired.", underlying: error)
        } else if case .uncleanShutdown = error {
            self.init(.closed, retry: .soon, said: "The connection to \(server) was lost.", underlying: error)
        } else {
            self.init(
                .tlsFailed, retry: .soon, said: "No encryption could be agreed on with \(server).",
                underlying: error)
        }
    }
}
