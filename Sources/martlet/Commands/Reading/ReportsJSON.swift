// SPDX-License-Identifier: Apache-2.0

import MIME

extension Message {
    /// What the message brings that is made for programs: an invitation, a notice of what became of a mail, and what the
    /// servers found out that sent it on.
    var reportsJSON: [(String, OrderedJSON)] {
        [
            ("invitation", .optional(invitation?.json)),
            ("disposition_notification", .optional(dispositionNotification?.json)),
            ("arc", .list(arcSets.map(\.json))),
        ]
    }
}

extension OrderedJSON {
    fileprivate static func optional(_ members: [(String, OrderedJSON)]?) -> OrderedJSON {
        members.map { .object($0) } ?? .null
    }
}

extension CalendarInvitation {
    fileprivate var json: [(String, OrderedJSON)] {
        [
            ("method", .string(method)), ("summary", .optional(summary)), ("location", .optional(location)),
            ("description", .optional(details)), ("start", .optional(start?.description)),
            ("end", .optional(end?.description)), ("duration", .optional(duration)),
            ("recurrence", .optional(recurrence)), ("uid", .optional(uid)), ("sequence", .int(sequence)),
            ("status", .optional(status)), ("organizer", .optional(organizer.map(person))),
            (
                "attendees",
                .list(
                    attendees.map {
                        .object(person($0.mailbox) + [("participation", .optional($0.participation))])
                    })
            ),
            ("others", .int(otherCount)),
        ]
    }

    private func person(_ mailbox: Mailbox) -> [(String, OrderedJSON)] {
        [("name", .string(mailbox.name)), ("address", .string(mailbox.address))]
    }
}

extension DispositionNotification {
    fileprivate var json: [(String, OrderedJSON)] {
        [
            ("disposition", .string(disposition)), ("modifiers", .strings(modifiers)),
            ("automatic", .bool(isAutomatic)), ("final_recipient", .optional(finalRecipient)),
            ("original_recipient", .optional(originalRecipient)),
            ("original_message_id", .optional(originalMessageID?.rawValue)),
        ]
    }
}

extension ARCSet {
    /// As the fields say: nobody has checked the seals.
    fileprivate var json: OrderedJSON {
        .object([
            ("instance", .int(instance)), ("chain", .optional(chain)), ("domain", .optional(domain)),
            ("selector", .optional(selector)), ("whole", .bool(isWhole)), ("server", .optional(results?.server)),
            ("results", .list((results?.results ?? []).map(\.json))),
        ])
    }
}

extension AuthenticationResults.Result {
    fileprivate var json: OrderedJSON {
        .object([
            ("method", .string(method)), ("value", .string(value)), ("reason", .optional(reason)),
            ("properties", .list(properties.map { .strings([$0.name, $0.value]) })),
        ])
    }
}
