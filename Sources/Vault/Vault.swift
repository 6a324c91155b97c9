// SPDX-License-Identifier: Apache-2.0

// Vault: keys and sealed things.
//
// It is the only importer of a crypto library, and the only place where chance comes from.
//
// Verbs:   `KeyRing.open`, `create`, `keys(of:)`, `sweep`, `destroy`, `copy` and `restore`, `portableKeys` and `takeIn`;
//          `OwnerKeys.seal/open/hash/sign/verify`, `LetterKey`, `TravelKey`, `SealedStream`, `PasswordHash`,
//          `WebToken`, `signature`/`isSignature`, `digest`, `newToken`, `newJobID`, `JobIDs`.
//
// Keys:    master key (outside) ─▶ wrapping key ─▶ one key per owner ─▶ one key per owner, retention class and period.
//          An owner is a tenant, or the system itself. All but the master key stand in one file, `keys`, a line each; the
//          first is the wrapping key.
//          Which key sealed a value is said by the value: class and period stand in its clear head.
//
// Invariants
//  - A key is durable in the key store before the first value is sealed with it.
//  - A value opens only for the owner, table, row and column for which it was sealed.
//  - Taking a period's key out of the key store makes all that it sealed unreadable, whoever holds the master key.
//  - A sealed stream that was cut, reordered or changed refuses to open.
//  - Secrets compare in constant time and never print.
//
// It must never log, read the environment, or keep a key in the folder of the database that the key protects.
