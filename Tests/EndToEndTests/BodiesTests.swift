// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Testing

@Suite("The server with its letters or events elsewhere")
struct BodiesTests {
    @Test("keeps them in a bucket, and tells nobody its key", .enabled(if: Bucket.isAvailable, "needs moto"))
    func bucket() async throws {
        let bucket = try await Bucket.start()
        let keyFile = try TemporaryFolder()
        try keyFile.write(Bucket.secretKey + "\n", to: "key")
        let place = try await Place(
            """
            bodies:
              s3:
                bucket: \(Bucket.name)
                region: \(Bucket.region)
                endpoint: \(bucket.endpoint)
                prefix: birds
                accessKey: \(bucket.accessKey)
                secretKey: {file: \(keyFile.path("key"))}
            """)
        #expect(try await place.run("tenant list").status == 0)
        #expect(
            try await place.run("doctor", "--offline").output.contains(
                "look at  The bucket has no lifecycle rules of ours: what is over is deleted by Martlet alone, which sets them "
                    + "when it begins to serve.\n"))
        let server = try await place.serve(saying: "Console on ")
        #expect(server.stop() == 0)
        let requests = try await bucket.requests()
        #expect(requests.contains("PUT /martlet-test/birds/installation  200"))
        #expect(requests.contains("PUT /martlet-test/ lifecycle= 200"))
        #expect(!server.output.contains(Bucket.secretKey))
        #expect(!server.output.contains("lifecycle"))
        #expect(
            try await place.run("doctor", "--offline").output.contains(
                "well     The bucket is reached, and deletes by its own rule what is over.\n"))
        try keyFile.write("wrong", to: "key")
        let refused = try await place.run("serve")
        #expect(refused.status == 74)
        #expect(refused.output.hasPrefix("martlet: The bucket does not accept the keys. (GET /martlet-test/birds/"))
    }

    @Test(
        "takes keys out of the environment, with the end of line that they have out of a file",
        .enabled(if: Bucket.isAvailable, "needs moto"),
        arguments: [("", "AWS_SECRET_ACCESS_KEY"), (", secretKey: {environment: BIRDS}", "BIRDS")])
    func environment(setting: String, variable: String) async throws {
        let bucket = try await Bucket.start()
        let place = try await Place(
            "bodies: {s3: {bucket: \(Bucket.name), region: \(Bucket.region), endpoint: \"\(bucket.endpoint)\"\(setting)}}"
        )
        let result = try await Program.run(
            [Product.path, "tenant", "list", "--config", place.settings],
            environment: ["AWS_ACCESS_KEY_ID": bucket.accessKey + "\n", variable: Bucket.secretKey + "\r\n"])
        #expect(result.status == 0, "\(result.output)")
        #expect(try await bucket.requests().contains("PUT /martlet-test/installation  200"))
    }

    @Test(
        "says in words what is wrong with the settings",
        arguments: [
            ("bodies: {shared: true}", "\"bodies\" has either \"folder\", with \"shared\" beside it, or \"s3\"."),
            (
                "bodies: {s3: {bucket: My_Birds, region: r}}",
                "This is no bucket: names and regions are of lower-case letters, digits, dots and hyphens, and an endpoint "
                    + "begins with \"https://\" and has no path."
            ),
            (
                "bodies: {s3: {bucket: birds, region: r, accessKey: A, secretKey: {environment: NOT_SET_HERE}}}",
                "The bucket's \"secretKey\" comes from the variable NOT_SET_HERE, which is not set."
            ),
            (
                "eventQueue: {sqs: \"https://sqs.eu-west-1.amazonaws.com/1/events\", accessKey: A, secretKey: {environment: PATH}}",
                "This is no queue: its address begins with \"https://\", its name ends in \".fifo\", and where the address is not "
                    + "Amazon's, \"region\" stands beside it."
            ),
            (
                "eventQueue: {sqs: \"https://sqs.eu-west-1.amazonaws.com/1/events.fifo\", secretKey: {environment: NOT_SET_HERE}}",
                "The queue's \"accessKey\" comes from the variable AWS_ACCESS_KEY_ID, which is not set."
            ),
        ])
    func refused(settings: String, words: String) async throws {
        let place = try await Place(settings)
        let result = try await place.run("serve")
        #expect(result.output.contains(words), "\(result.output)")
        #expect(result.status == 78)
    }
}
