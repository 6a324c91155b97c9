// SPDX-License-Identifier: Apache-2.0

// Fakes: what tests need around our own code, on the wire or as real programs. Never linked into the product.
//
// `ServerProcess` runs a real server on loopback, `Program` looks for programs that may be absent (such tests are then
// skipped by name), `TemporaryFolder` and `TestCertificate` give each test its own ground. Nothing here stands in place
// of a type of ours, and nothing leaves the machine.
