// SPDX-License-Identifier: Apache-2.0

// TestStores: where a test's installation keeps its rows and bodies, on real servers. Never linked into the product.
//
// `DatabaseEngine` is what a test can run on, `Server` what all tests of a process share, and `Outside` the ground of one
// installation there: a database of its own, and a part of the bucket.
//
// It must never stand in place of `Store`, and never leave a test out without a word.
