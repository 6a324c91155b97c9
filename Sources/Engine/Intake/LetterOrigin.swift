// SPDX-License-Identifier: Apache-2.0

import Foundation
import MailTransport
public import Planning
public import Store

/// Where a letter came from: kept, sealed, beside its bytes.
public struct LetterOrigin: Sendable, Hashable, Codable {
    public var profile: ConfigurationID
    public var envelope: Planning.Envelope
    /// The mailbox that it was fetched from, and its place there.
    var mailbox: Place?
    /// Only its header is kept here: nothing can be made of that, and the letter itself is in its mailbox alone.
    public internal(set) var isHeaderOnly = false

    struct Place: Sendable, Hashable, Codable {
        var source: ConfigurationID
        var place: MailboxPlace
    }

    public init(profile: ConfigurationID, envelope: Planning.Envelope) {
        self.profile = profile
        self.envelope = envelope
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        profile = try values.decode(ConfigurationID.self, forKey: .profile)
        envelope = try values.decode(Planning.Envelope.self, forKey: .envelope)
        mailbox = try values.decodeIfPresent(Place.self, forKey: .mailbox)
        // Earlier letters do not say it.
        isHeaderOnly = try values.decodeIfPresent(Bool.self, forKey: .isHeaderOnly) ?? false
    }
}

extension LetterOrigin {
    /// What the job of a letter that came by SMTP says of its source.
    static func source(ofProfile id: ConfigurationID) -> String { "smtp/\(id)" }

    static func source(ofMailbox id: ConfigurationID) -> String { "imap/\(id)" }
}

extension TenantSetup {
    /// The sources whose letters are for another Jira than this one.
    func letterSources(besides connection: ConfigurationID) -> [String] {
        let profiles = configuration.profiles.filter { $0.connection != connection }.map(\.id)
        let mailboxes = configuration.sources.filter { profiles.contains($0.profile) }
        return profiles.map(LetterOrigin.source(ofProfile:)) + mailboxes.map { LetterOrigin.source(ofMailbox: $0.id) }
    }
}

/// A person asked to try a letter of which there is only the header.
struct OnlyTheHeader: Explained {
    let description = """
        Only the header of this letter is kept here, so nothing can be made of it. \
        The letter itself is still in its mailbox.
        """
}

extension TenantStore {
    /// Where a letter came from.
    public func origin(of letter: JobID) async throws -> LetterOrigin {
        try JSONDecoder().decode(LetterOrigin.self, from: try await payload(of: letter))
    }
}

/// The reading of failures at the moment of receipt.
extension ReceptionVerdict {
    init(_ error: any Error) {
        let isFull = (error as? StoreError).map { [.diskFull, .quotaReached].contains($0.code) } ?? false
        self = isFull ? .insufficientStorage : .failed
    }
}
