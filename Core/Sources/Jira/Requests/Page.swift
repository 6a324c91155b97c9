// SPDX-License-Identifier: Apache-2.0

import Markup

/// Some of many items.
public struct Page<Item: Sendable>: Sendable {
    public let items: [Item]

    /// Where to ask on; nothing on the last page.
    public let next: Int?

    public init(items: [Item], next: Int?) {
        self.items = items
        self.next = next
    }
}

extension Page: Equatable where Item: Equatable {}

extension Page where Item: Readable {
    /// Jira may send fewer than asked for, so the count of what came decides where the next page begins.
    init(at place: Place, list name: String) throws(Unreadable) {
        items = try place.required(name).list { (item) throws(Unreadable) in try Item(at: item) }
        let end = (place["startAt"]?.value.integerValue ?? 0) + items.count
        let isLast = place["isLast"]?.value.boolValue ?? (end >= place["total"]?.value.integerValue ?? end)
        next = isLast || items.isEmpty ? nil : end
    }
}

/// Issues that a search found.
public struct SearchResult: Hashable, Sendable {
    public let issues: [Issue]

    /// What to ask the next page with; nothing on the last page.
    public let nextPageToken: String?
}

extension SearchResult: Readable {
    init(at place: Place) throws(Unreadable) {
        issues = try place.required("issues").list { (item) throws(Unreadable) in try Issue(at: item) }
        nextPageToken = place["nextPageToken"]?.text
    }
}
