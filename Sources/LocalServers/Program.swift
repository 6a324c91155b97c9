// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Programs of the system that some tests need; a test without its program is skipped by name.
///
///     @Test("is taken by Postfix", .enabled(if: Program.exists("postfix"), "needs Debian's postfix"))
public enum Program {
    public struct Result: Sendable {
        public let status: Int32
        public let output: String
    }

    public static func exists(_ name: String) -> Bool { path(of: name) != nil }

    /// The full path, looked for in PATH and in the folders of system programs.
    public static func path(of name: String) -> String? {
        if name.contains("/") { return FileManager.default.isExecutableFile(atPath: name) ? name : nil }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = path.split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/local/sbin", "/sbin"]
        return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Runs a program to its end and gives what it printed, errors included.
    public static func run(_ command: [String], environment: [String: String] = [:]) async throws -> Result {
        let pipe = ChildProcess.starting.withLock { closingOnStart(Pipe()) }
        let child = try ChildProcess(command, output: pipe, environment: environment)
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let printed = pipe.fileHandleForReading.readDataToEndOfFile()
                continuation.resume(
                    returning: Result(status: child.wait(), output: String(decoding: printed, as: UTF8.self)))
            }
        }
    }

    /// A pipe that only the program it is given to inherits.
    private static func closingOnStart(_ pipe: Pipe) -> Pipe {
        for handle in [pipe.fileHandleForReading, pipe.fileHandleForWriting] {
            _ = fcntl(handle.fileDescriptor, F_SETFD, FD_CLOEXEC)
        }
        return pipe
    }

    /// A Python that has the given module: the one named by `MARTLET_TEST_PYTHON`, that of the virtual environment
    /// in our cache folder, or the system's.
    public static func python(with module: String) -> String? {
        let named = ProcessInfo.processInfo.environment["MARTLET_TEST_PYTHON"]
        let cached = "\(NSHomeDirectory())/.cache/martlet/venv/bin/python3"
        return [named, cached, "/usr/bin/python3"].compactMap(\.self).first { python in
            guard let child = try? ChildProcess([python, "-c", "import \(module)"], output: nil) else { return false }
            return child.wait() == 0
        }
    }
}
