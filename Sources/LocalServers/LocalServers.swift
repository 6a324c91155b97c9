// SPDX-License-Identifier: Apache-2.0

// LocalServers: real server programs of Debian's packages, started on loopback for the demo and for tests.
//
// `Dovecot`, `Postfix`, `PostgreSQL` and `Bucket` are ready-made; `ServerProcess` runs any other. `Program` looks for
// programs that may be absent: a test that needs one is then skipped by name, and the demo says what to install.
// `TemporaryFolder` and `LocalCertificate` give each its own ground.
//
// It must never listen beyond loopback, touch the machine's own servers, or leave a process or a file behind.
