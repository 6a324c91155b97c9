// SPDX-License-Identifier: Apache-2.0

/// A key as people write it: `ABC-123`. It may change (the issue moved) and is never given twice.
public struct IssueKey: Identifier {
    public let rawValue: String

    public init?(rawValue: String) {
        guard let dash = rawValue.firstIndex(of: "-"), ProjectKey(String(rawValue[..<dash])) != nil,
            isNumber(rawValue[rawValue.index(after: dash)...])
        else { return nil }
        self.rawValue = rawValue
    }

    public init?(project: ProjectKey, number: Int) {
        self.init(rawValue: "\(project)-\(number)")
    }

    /// The project that the key was given in.
    public var project: ProjectKey {
        ProjectKey(String(rawValue.prefix { $0 != "-" }))!
    }

    public var number: Int {
        Int(rawValue.drop { $0 != "-" }.dropFirst())!
    }
}

extension IssueKey: Comparable {
    public static func < (left: IssueKey, right: IssueKey) -> Bool {
        (left.project.rawValue, left.number) < (right.project.rawValue, right.number)
    }
}
