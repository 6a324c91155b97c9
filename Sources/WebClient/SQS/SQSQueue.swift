// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Markup

/// A message that waits to be deleted: until then it comes again.
public struct SQSMessage: Sendable {
    public var text: String
    /// By which this delivery of it is deleted.
    public var receipt: String
}

/// A queue of Amazon SQS, or of a server that speaks as it does: first in, first out. `close` it at the end.
///
/// All that is asked may be asked again: what was sent twice within five minutes comes once, since it bears a name.
public final class SQSQueue: Sendable {
    /// `https://sqs.eu-central-1.amazonaws.com/123456789012/events.fifo`
    public let url: String
    /// As it is signed.
    let host: String
    private let waiting: Int
    /// How long a message that was received does not come again, in seconds.
    public let hidden: Int
    /// To send and to delete: Jira waits for it.
    private let connection: AWSConnection
    /// To receive: the queue answers when there is something.
    private let patient: AWSConnection

    /// Bytes of a message that every server takes, names and all.
    public static let largestMessage = 256 * 1024
    /// - Parameters:
    ///   - region: Nil where the address names it as Amazon's does.
    ///   - waiting: How long `receive` waits for a message, in seconds; 20 at most.
    ///   - hidden: How long a message that was received does not come again, in seconds.
    ///   - now: The true time, which goes into signatures.
    /// - Returns: Nil for what is no address of a queue whose name ends in `.fifo`.
    public init?(
        url: String, region: String? = nil, as credentials: AWSCredentials, waiting: Int = 20,
        hidden: Int = 60, now: @escaping @Sendable () -> Date,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        guard let address = SiteAddress(url), url.hasSuffix(".fifo"), let parts = URLComponents(string: url),
            let region = region ?? Self.region(inHost: address.host), !region.isEmpty
        else { return nil }
        self.url = url
        host = address.signedHost
        self.waiting = min(max(waiting, 0), 20)
        self.hidden = hidden
        func connection(_ silence: Duration, tries: Int) -> AWSConnection {
            AWSConnection(
                origin: String(url.dropLast(parts.path.utf8.count)), host: address.signedHost,
                signer: AWSSigner(service: .sqs, region: region, credentials: credentials),
                limits: AWSLimits(silence: silence, tries: tries, pause: .milliseconds(100), part: 8 << 20),
                now: now, sleep: sleep)
        }
        self.connection = connection(.seconds(5), tries: 2)
        patient = connection(.seconds(self.waiting + 10), tries: 1)
    }

    public func close() async throws {
        try await connection.close()
        try await patient.close()
    }

    /// `sqs.eu-central-1.amazonaws.com`
    private static func region(inHost host: String) -> String? {
        let labels = host.split(separator: ".")
        return labels.count >= 4 && labels[0] == "sqs" && labels[2] == "amazonaws" ? String(labels[1]) : nil
    }

    /// Durable on return.
    ///
    /// - Parameters:
    ///   - group: Messages of one group come in their order.
    ///   - name: A message of the same name that follows within five minutes is the same.
    public func send(_ text: String, group: String, name: String) async throws {
        _ = try await ask(
            "SendMessage",
            ["MessageBody": .string(text), "MessageGroupId": .string(group), "MessageDeduplicationId": .string(name)]
        ) { $0["MessageId"]?.stringValue != nil }
    }

    /// What waits, at most ten; nothing if nothing came for a while.
    ///
    /// - Parameter seconds: How long that is, if it is to be shorter than usual.
    public func receive(waiting seconds: Int? = nil) async throws -> [SQSMessage] {
        let waiting = min(seconds ?? waiting, waiting)
        let answer = try await ask(
            "ReceiveMessage",
            [
                "MaxNumberOfMessages": 10, "WaitTimeSeconds": .integer(waiting),
                "VisibilityTimeout": .integer(hidden),
            ], by: waiting > 1 ? patient : connection
        ) { $0.objectValue != nil }
        return (answer["Messages"]?.arrayValue ?? []).compactMap { message in
            guard let text = message["Body"]?.stringValue, let receipt = message["ReceiptHandle"]?.stringValue else {
                return nil
            }
            return SQSMessage(text: text, receipt: receipt)
        }
    }

    public func delete(_ message: SQSMessage) async throws {
        _ = try await ask("DeleteMessage", ["ReceiptHandle": .string(message.receipt)])
    }

    /// Lets the queue itself drop what nobody took for so long, and reads that back.
    ///
    /// Gives whether it stands there.
    public func keepMessages(forSeconds seconds: Int) async throws -> Bool {
        let name = "MessageRetentionPeriod"
        func kept() async throws -> String? {
            let answer = try await ask("GetQueueAttributes", ["AttributeNames": [.string(name)]])
            return answer["Attributes"]?[name]?.stringValue
        }
        if try await kept() == "\(seconds)" { return true }
        _ = try await ask("SetQueueAttributes", ["Attributes": [name: .string("\(seconds)")]])
        return try await kept() == "\(seconds)"
    }

    /// AWS: SQS API Reference, in the JSON protocol.
    ///
    /// - Parameter isDone: Whether a success is what the action answers, and not a page of something on the way. Some actions
    ///   answer nothing.
    func ask(
        _ action: String, _ question: [String: JSONValue], by connection: AWSConnection? = nil,
        saying isDone: (JSONValue) -> Bool = { _ in true }
    ) async throws -> JSONValue {
        var question = question
        question["QueueUrl"] = .string(url)
        let request = AWSRequest(
            method: "POST", path: "/",
            headers: [
                ("content-type", "application/x-amz-json-1.0"), ("x-amz-target", "AmazonSQS.\(action)"),
            ], body: JSONValue.object(question).serialized)
        return try await (connection ?? self.connection).send(request) { isDone($0.json) }.json
    }
}
