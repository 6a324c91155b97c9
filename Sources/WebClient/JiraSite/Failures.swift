// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Jira
import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOPosix
import NIOSSL

extension WebClientError {
    /// No answer came. Whether a write was done must then be found out by a read.
    ///
    /// An error that is of neither the connection nor the protocol (the file that was to be sent does not open, the task was
    /// cancelled) is thrown on as it is.
    init(failure error: any Error, of request: Request) throws {
        guard let failure = Failure(error) else { throw error }
        self.init(
            failure.code, failure.retry, said: failure.sentence, detail: "\(request): \(oneLine("\(error)", 300))",
            underlying: error)
    }
}

/// The server had closed the connection, or closed it instead of answering.
func isClosedConnection(_ error: (any Error)?) -> Bool {
    if let error = error as? HTTPClientError { return error == .remoteConnectionClosed }
    if let error = error as? IOError { return [ECONNRESET, EPIPE].contains(error.errnoCode) }
    return error is any NIOHTTP2Error
}

private struct Failure {
    let code: WebClientError.Code
    let retry: WebClientError.Retry
    let sentence: String

    private init(_ code: WebClientError.Code, _ retry: WebClientError.Retry, _ sentence: String) {
        self.code = code
        self.retry = retry
        self.sentence = sentence
    }

    init?(_ error: any Error) {
        switch error {
        case is TimeIsUp:
            self.init(.timeout, .soon, "Jira did not answer in time.")
        case is PrivateAddress:
            self.init(.privateAddress, .never, "The site's address leads into a private network, which is not allowed.")
        case is NIOTooManyBytesError:
            self.init(.badAnswer, .never, "Jira's answer is too long.")
        case let error as HTTPClientError:
            self.init(error)
        case let error as HTTPParserError where error == .invalidEOFState:
            self.init(.unreachable, .soon, "Jira cannot be reached.")
        case is HTTPParserError:
            self.init(.badAnswer, .soon, "Jira's answer cannot be read.")
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            self.init(.unreachable, .soon, "No safe connection to Jira can be made.")
        case is IOError, is NIOConnectionError, is ChannelError, is SocketAddressError, is any NIOHTTP2Error:
            self.init(.unreachable, .soon, "Jira cannot be reached.")
        default:
            return nil
        }
    }

    private init?(_ error: HTTPClientError) {
        switch error {
        case .readTimeout, .writeTimeout, .deadlineExceeded:
            self.init(.timeout, .soon, "Jira did not answer in time.")
        case .connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout, .remoteConnectionClosed:
            self.init(.unreachable, .soon, "Jira cannot be reached.")
        case .uncleanShutdown:
            self.init(.badAnswer, .soon, "Jira's answer cannot be read.")
        case .bodyLengthMismatch:
            self.init(.bodyLength, .never, "The file has another length than it had before.")
        default:
            return nil
        }
    }
}
