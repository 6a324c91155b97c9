# SPDX-License-Identifier: Apache-2.0
"""What the crash test and the benchmarks share. Python's own library only, except where a peer is a package."""
