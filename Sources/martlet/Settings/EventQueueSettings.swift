// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import WebClient

/// The queue in which Jira's events wait before they come into the database.
///
///     eventQueue:
///       sqs: https://sqs.eu-central-1.amazonaws.com/123456789012/events.fifo
///       accessKey: AKIA...
///       secretKey: {file: /etc/martlet/sqs.key}
struct EventQueueSettings: Sendable, Equatable {
    var url: String
    /// Nil where the address names it.
    var region: String?
    var keys: AWSKeys

    /// - Parameter file: The configuration that this is from.
    func queue(file: String) throws -> SQSQueue {
        let credentials = try keys.credentials(for: "The queue's", file: file)
        guard let queue = SQSQueue(url: url, region: region, as: credentials, now: { Date() }) else {
            throw ConfigurationFault(
                file: file, line: nil,
                words:
                    "This is no queue: its address begins with \"https://\", its name ends in \".fifo\", and where the "
                    + "address is not Amazon's, \"region\" stands beside it.")
        }
        return queue
    }
}

extension EventQueueSettings: Decodable {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case sqs, region, accessKey, secretKey
    }

    init(from decoder: any Decoder) throws {
        let keys = try decoder.strict(CodingKeys.self)
        url = try keys.decode(String.self, forKey: .sqs)
        region = try keys.decodeIfPresent(String.self, forKey: .region)
        self.keys = AWSKeys(
            accessKey: try keys.decodeIfPresent(String.self, forKey: .accessKey),
            secretKey: try keys.decodeIfPresent(WrittenSecret.self, forKey: .secretKey)?.place)
    }
}
