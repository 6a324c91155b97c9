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
    /// Jira may send fewer than asked for, so the count of what came decides where the next page begins. Data Center calls
    /// every list `values`.
    init(at place: Place, list name: String) throws(Unreadable) {
        let list: Place
        if let values = place["values"] { list = values } else { list = try place.required(name) }
        items = try list.list { (item) throws(Unreadable) in try Item(at: item) }
        let end = ((place["startAt"] ?? place["start"])?.start ?? 0) + items.count
        let isLast =
            (place["isLast"] ?? place["isLastPage"])?.value.boolValue
            ?? (end >= place["total"]?.value.integerValue ?? end)
        next = isLast || items.isEmpty ? nil : end
    }
}

extension Page where Item: Readable {
    /// A list that is sent whole.
    init(whole place: Place) throws(Unreadable) {
        self.init(items: try place.list { (item) throws(Unreadable) in try Item(at: item) }, next: nil)
    }
}

extension Place {
    /// Where a page begins; no list is as long as a wild number.
    fileprivate var start: Int? {
        value.integerValue.map { min(max($0, 0), 1 << 40) }
    }
}

/// Issues that a search found.
public struct SearchResult: Hashable, Sendable {
    public let issues: [Issue]

    /// What to ask the next page with; nothing on the last page. On Data Center the number of issues before it.
    public let nextPageToken: String?
}

extension SearchResult: Readable {
    init(at place: Place) throws(Unreadable) {
        issues = try place.required("issues").list { (item) throws(Unreadable) in try Issue(at: item) }
        if let start = place["startAt"]?.start, let total = place["total"]?.value.integerValue {
            let end = start + issues.count
            nextPageToken = issues.isEmpty || end >= total ? nil : String(end)
        } else {
            nextPageToken = place["nextPageToken"]?.text
        }
    }
}
