// SPDX-License-Identifier: Apache-2.0

/// Why a bucket or a queue did not do what it was asked.
public struct AWSError: Error, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        /// There is nothing of this name.
        case notFound = "not-found"
        /// There is something of this name.
        case alreadyThere = "already-there"
        /// It will not do it, however often it is asked.
        case refused
        /// It did not do it, however often it was asked; it may later.
        case unavailable
    }

    public let code: Code
    /// One sentence that is safe for users.
    public let said: String
    /// More, for operators: what was asked, and the service's own words.
    public let detail: String

    init(_ code: Code, _ said: String, detail: String) {
        self.code = code
        self.said = said
        self.detail = detail
    }

    /// When the same may be asked again. What is refused waits for somebody who mends it.
    public var retry: WebClientError.Retry { code == .unavailable ? .soon : .never }

    public var description: String { said }
    public var debugDescription: String { "\(code.rawValue): \(said) (\(detail))" }
}

extension AWSError {
    /// Of an answer that is not a good one.
    init(status: Int, _ answer: AWSAnswer, of service: AWSService, to what: String) {
        let (name, message) = service == .s3 ? answer.xmlFault : answer.jsonFault
        let detail = "\(what): \(status) \(oneLine(name, 100)) \(oneLine(message, 300))"
        let noun = service.noun
        switch (status, name) {
        case (404, "NoSuchBucket"), (_, "QueueDoesNotExist"), (_, "AWS.SimpleQueueService.NonExistentQueue"):
            self.init(.refused, "There is no such \(noun).", detail: detail)
        case (404, _), (416, _):
            self.init(.notFound, "The \(noun) does not hold this.", detail: detail)
        case (_, "RequestTimeTooSkewed"), (_, "RequestExpired"):
            self.init(.refused, "The \(noun) does not believe this machine's clock.", detail: detail)
        case (_, "SignatureDoesNotMatch"), (_, "InvalidAccessKeyId"), (_, "InvalidClientTokenId"),
            (_, "UnrecognizedClientException"), (_, "InvalidSignatureException"):
            self.init(.refused, "The \(noun) does not accept the keys.", detail: detail)
        case (403, _), (_, "AccessDeniedException"):
            self.init(.refused, "The \(noun) does not allow this.", detail: detail)
        case (412, _):
            self.init(.alreadyThere, "The \(noun) holds this already.", detail: detail)
        case (501, _):
            self.init(.refused, "The \(noun) cannot do this.", detail: detail)
        case (429, _), (500..., _), (_, "ConditionalRequestConflict"), (_, "RequestTimeout"), (_, "SlowDown"),
            (_, "ThrottlingException"),
            (_, "RequestThrottled"):
            self.init(.unavailable, "The \(noun) cannot do its work at present.", detail: detail)
        default:
            self.init(.refused, "The \(noun) refuses this.", detail: detail)
        }
    }

    /// An answer that does not say what it must, where the work was done.
    static func undone(_ status: Int, by service: AWSService, to what: String) -> AWSError {
        AWSError(
            .unavailable, "The \(service.noun) cannot do its work at present.",
            detail: "\(what): \(status) without result")
    }

    /// No answer came, or none that could be read: it may have been done or not.
    static func unanswered(_ error: any Error, by service: AWSService, to what: String) -> AWSError {
        let said = error is TimeIsUp ? "did not answer in time." : "cannot be reached."
        return AWSError(.unavailable, "The \(service.noun) \(said)", detail: "\(what): \(oneLine("\(error)", 300))")
    }
}
