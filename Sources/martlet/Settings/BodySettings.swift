// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Store
import Vault
import WebClient

/// Where the sealed bytes of letters and events are kept instead of the data folder.
///
///     bodies: {folder: /srv/martlet/bodies, shared: true}
///
///     bodies:
///       s3:
///         bucket: martlet-mail
///         region: eu-central-1
///         accessKey: AKIA...
///         secretKey: {file: /etc/martlet/s3.key}
enum BodySettings: Sendable, Equatable {
    case folder(String, isShared: Bool)
    case s3(S3Settings)

    /// - Parameter file: The configuration that this is from.
    func home(file: String) throws -> BodyHome {
        switch self {
        case .folder(let path, let isShared): .folder(path, isShared: isShared)
        case .s3(let settings): .bucket(try settings.bucket(file: file))
        }
    }
}

extension BodySettings: Decodable {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case folder, shared, s3
    }

    init(from decoder: any Decoder) throws {
        let keys = try decoder.strict(CodingKeys.self)
        let isShared = try keys.decodeIfPresent(Bool.self, forKey: .shared)
        switch (
            try keys.decodeIfPresent(String.self, forKey: .folder),
            try keys.decodeIfPresent(S3Settings.self, forKey: .s3)
        ) {
        case (let folder?, nil): self = .folder(folder, isShared: isShared ?? false)
        case (nil, let settings?) where isShared == nil: self = .s3(settings)
        default:
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "\"bodies\" has either \"folder\", with \"shared\" beside it, or \"s3\"."))
        }
    }
}

/// A bucket of Amazon S3, or of a server that speaks as it does.
struct S3Settings: Sendable, Equatable {
    var bucket: String
    var region: String
    /// Nil for Amazon's.
    var endpoint: String?
    var prefix: String
    var keys: AWSKeys

    func bucket(file: String) throws -> S3Bucket {
        guard let address = S3Address(bucket: bucket, region: region, endpoint: endpoint, prefix: prefix) else {
            throw ConfigurationFault(
                file: file, line: nil,
                words:
                    "This is no bucket: names and regions are of lower-case letters, digits, dots and hyphens, and an "
                    + "endpoint begins with \"https://\" and has no path.")
        }
        return S3Bucket(address, as: try keys.credentials(for: "The bucket's", file: file)) { Date() }
    }
}

extension S3Settings: Decodable {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case bucket, region, endpoint, prefix, accessKey, secretKey
    }

    init(from decoder: any Decoder) throws {
        let keys = try decoder.strict(CodingKeys.self)
        bucket = try keys.decode(String.self, forKey: .bucket)
        region = try keys.decode(String.self, forKey: .region)
        endpoint = try keys.decodeIfPresent(String.self, forKey: .endpoint)
        prefix = try keys.decodeIfPresent(String.self, forKey: .prefix) ?? ""
        self.keys = AWSKeys(
            accessKey: try keys.decodeIfPresent(String.self, forKey: .accessKey),
            secretKey: try keys.decodeIfPresent(WrittenSecret.self, forKey: .secretKey)?.place)
    }
}
