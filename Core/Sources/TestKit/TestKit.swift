// SPDX-License-Identifier: Apache-2.0

// TestKit: what the tests of both packages share.
//
// `Fixtures` finds and reads the letters and cases under `Fixtures/`. `DripFeed` cuts an input in every way and says
// whether the value stays
// the same. Only tests may import it.
