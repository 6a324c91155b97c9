// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
public import WebClient

/// Where the sealed bytes of letters and events are kept.
public enum BodyHome: Sendable {
    /// Files in the data folder.
    case dataFolder
    /// Files in a folder elsewhere.
    ///
    /// - Parameter isShared: Whether all processes that serve the database have it.
    case folder(String, isShared: Bool)
    /// Objects in a bucket.
    case bucket(S3Bucket)

    var isInDataFolder: Bool {
        if case .dataFolder = self { true } else { false }
    }

    /// Whether every process that serves the database reaches all bodies.
    var isShared: Bool {
        switch self {
        case .dataFolder: false
        case .folder(_, let isShared): isShared
        case .bucket: true
        }
    }
}

/// Keeps sealed bodies, each under the name of a file: `letters/2026-11-22/01KAN0….body`.
protocol BodyStore: Sendable {
    // MARK: Keeping

    /// A file for a large body, which is written to while it comes.
    func begin(_ name: String) throws(StoreError) -> DataFile

    /// Leaves nothing of what was begun.
    func abandon(_ name: String)

    /// A large body that was begun, durable.
    func finish(_ name: String, _ file: DataFile, size: Int) async throws -> SealedBody

    /// A small body: durable, or to be kept with the group of its row.
    func take(_ bytes: [UInt8], _ name: String) async throws -> SealedBody

    /// Makes a group's bodies durable, just before their rows; blocks.
    func keep(_ bodies: [SealedBody?]) -> [Result<BodyPlace, StoreError>?]

    /// Takes over all bodies of a folder, which has none then.
    ///
    /// - Parameter unmarked: Told of each that was there before and bears no mark of done work any more.
    func takeIn(_ folder: BodyFolder, unmarked: (String) async throws -> Void) async throws

    // MARK: Reading

    /// What gives the sealed bytes of any range of a body.
    func open(_ place: BodyPlace) async throws -> @Sendable (Range<Int>) throws -> Data

    /// Whether there is no body at all.
    func isEmpty() async throws -> Bool

    /// Bytes on disk; nil where that is not known.
    func size() async throws -> Int?

    /// Bytes that the disk on which bodies are written, or wait to be put, has for us.
    var freeBytes: Int { get throws(StoreError) }

    /// Copies what a backup lacks, and gives how many files that were.
    ///
    /// - Parameter now: What was written just before then may still be written in the same moment.
    func copy(to folder: String, at now: Date) async throws -> Int

    /// Takes out of a backup what is here no more.
    func tidy(_ folder: String) async throws

    // MARK: The end

    /// Gives how many are gone; one that was not there may count as gone. Throws if one cannot be removed.
    func remove(_ files: [String]) async throws -> Int

    /// The names of a line's folders, each of one period: `2026-11-22`. Others may be among them.
    func folders(of line: Line) async throws -> [String]

    /// Removes a folder, all but what is still named, and gives how many files.
    func removeFolder(_ folder: String, except named: Set<String>) async throws -> Int
}
