// SPDX-License-Identifier: Apache-2.0

// Fakes: servers that say what a test tells them to, on the wire. Never linked into the product.
//
// Nothing here stands in place of a type of ours, and nothing leaves the machine.
