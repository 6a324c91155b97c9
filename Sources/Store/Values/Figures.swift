// SPDX-License-Identifier: Apache-2.0

public import Planning

/// How many jobs of a line are in a state.
public struct JobCount: Sendable, Hashable {
    public var line: Line
    public var state: JobState
    public var count: Int
}

/// Bytes on disk.
public struct StoreSize: Sendable, Hashable {
    public var database: Int
    public var bodies: Int
}

/// The connections to a database on a server that read.
public struct ReaderLoad: Sendable, Hashable {
    public var busy: Int
    public var free: Int
    /// Who finds none free.
    public var waiting: Int
}
