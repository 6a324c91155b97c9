// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// A bucket of S3 and a queue of SQS on loopback, for tests: moto, behind a door that checks each signature and fails when it is told to.
/// See `Scripts/harness/bucket.py`.
public final class Bucket: Sendable {
    public static let name = "martlet-test"
    public static let region = "eu-central-1"
    public static let secretKey = "not-a-secret/loopback+only"

    /// Needs the Python package moto.
    public static let isAvailable = python != nil
    private static let python = Program.python(with: "moto.server")

    public let accessKey: String
    public let port: Int
    private let server: ServerProcess
    private let folder: TemporaryFolder

    private init(_ server: ServerProcess, folder: TemporaryFolder, port: Int, accessKey: String) {
        self.server = server
        self.folder = folder
        self.port = port
        self.accessKey = accessKey
    }

    deinit {
        server.stop()
    }

    public static func start() async throws -> Bucket {
        guard let python else {
            throw ServerProcess.Failure(
                description: "There is no moto for S3 and SQS: it is a Python package, which ./Scripts/test installs.")
        }
        let folder = try TemporaryFolder()
        let port = try await freePort()
        let scripts = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "../../Scripts"
        ).standardizedFileURL.path
        let server = try await ServerProcess.start(
            [python, "-m", "harness.bucket", "\(port)", secretKey], in: folder, listeningOn: port,
            environment: ["PYTHONPATH": scripts, "PYTHONDONTWRITEBYTECODE": "1"], saying: "key ")
        let words = server.output.split(whereSeparator: \.isWhitespace)
        guard let place = words.firstIndex(of: "key") else {
            throw ServerProcess.Failure(description: "The bucket says no key:\n\(server.output)")
        }
        return Bucket(server, folder: folder, port: port, accessKey: String(words[place + 1]))
    }

    public var endpoint: String { "http://127.0.0.1:\(port)" }

    public var queue: String { address(ofQueue: Self.name) }

    private func address(ofQueue name: String) -> String { "\(endpoint)/123456789012/\(name).fifo" }

    /// The address of one more, which nobody else has.
    public func makeQueue() async throws -> String {
        let name = UUID().uuidString
        _ = try await ask("POST", "queues/\(name).fifo")
        return address(ofQueue: name)
    }

    /// A request that is to go wrong.
    public struct Fault: Sendable {
        let json: [String: String]
        let times: Int

        /// - Parameters:
        ///   - what: A status, `hang`, `drop`, `lost`, `cut`, `blank`, `refuse` or `slow`.
        ///   - query: Words of its query.
        public init(_ what: String, _ method: String? = nil, query: String = "", times: Int = 1) {
            var json = ["do": what, "query": query]
            json["method"] = method
            self.json = json
            self.times = times
        }
    }

    /// From here on these fail, each of them in its turn; none where none is given.
    public func fail(_ faults: Fault...) async throws {
        let list = faults.map { fault in
            var json: [String: Any] = ["times": fault.times]
            for (name, value) in fault.json { json[name] = value }
            return json
        }
        _ = try await ask("POST", "faults", try JSONSerialization.data(withJSONObject: list))
    }

    /// How many are still to come.
    public func faultsLeft() async throws -> Int {
        (try JSONSerialization.jsonObject(with: try await ask("GET", "faults")) as? [Any])?.count ?? 0
    }

    /// `PUT /martlet-test/letters/…`, with the query and the status, in their order.
    public func requests() async throws -> [String] {
        let answer = try JSONSerialization.jsonObject(with: try await ask("GET", "requests")) as? [[Any]] ?? []
        return answer.map { $0.map { "\($0)" }.joined(separator: " ") }
    }

    /// All bytes of all objects of this prefix, names included.
    public func contents(under prefix: String = "") async throws -> Data {
        try await ask("GET", "objects/\(prefix)")
    }

    private func ask(_ method: String, _ what: String, _ body: Data = Data()) async throws -> Data {
        let (question, answer) = (folder.path("question"), folder.path("answer"))
        try body.write(to: URL(fileURLWithPath: question))
        let asked = try await Program.run([
            "curl", "-sS", "-f", "-X", method, "--data-binary", "@\(question)", "-o", answer, "\(endpoint)/-/\(what)",
        ])
        if asked.status != 0 { throw ServerProcess.Failure(description: asked.output) }
        return try Data(contentsOf: URL(fileURLWithPath: answer))
    }
}
