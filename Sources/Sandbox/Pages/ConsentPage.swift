// SPDX-License-Identifier: Apache-2.0

/// What a person is asked when an app wants to act for them.
struct ConsentPage: Sendable {
    let title: String
    let app: String
    let person: String
    let site: String
    let scopes: [String]
    let action: String
    let token: String
}
