// SPDX-License-Identifier: Apache-2.0

import Foundation
import MailTransport
public import Planning
import Store

/// Where a letter came from: kept, sealed, beside its bytes.
public struct LetterOrigin: Sendable, Hashable, Codable {
    public var profile: ConfigurationID
    public var envelope: Planning.Envelope
    /// The mailbox that it was fetched from, and its place there.
    var mailbox: Place?

    struct Place: Sendable, Hashable, Codable {
        var source: ConfigurationID
        var place: MailboxPlace
    }

    public init(profile: ConfigurationID, envelope: Planning.Envelope) {
        self.profile = profile
        self.envelope = envelope
    }
}

/// The reading of failures at the moment of receipt.
extension ReceptionVerdict {
    init(_ error: any Error) {
        let isFull = (error as? StoreError)?.code == .diskFull
        self = isFull ? .insufficientStorage : .failed
    }
}
