// SPDX-License-Identifier: Apache-2.0

/// What the sandbox offers under /rest/jira-webhook/1.0: since Data Center 10 in place of /rest/webhooks/1.0.
let dataCenterWebhookEndpoints: [Endpoint] = [
    Endpoint("GET", "webhooks") { try $0.listWebhooks($1) },
    Endpoint("POST", "webhooks") { try $0.registerWebhook($1) },
    Endpoint("GET", "webhooks/{id}") { try $0.readWebhook($1) },
    Endpoint("DELETE", "webhooks/{id}") { try $0.removeWebhook($1) },
]

/// What the sandbox offers under /rest/api/2 as Data Center: operations of its own before those that it shares with Cloud.
let dataCenterEndpoints: [Endpoint] =
    [
        Endpoint("GET", "serverInfo") { try $0.dataCenterInfo($1) },
        Endpoint("GET", "project") { try $0.listProjects($1) },
        Endpoint("GET", "user") { try $0.readNamedUser($1) },
        Endpoint("GET", "user/search") { try $0.searchNamedUsers($1) },
        Endpoint("GET", "search") { try $0.searchByNumbers($1) },
        Endpoint("POST", "search") { try $0.searchByNumbers($1) },
    ]
    + apiEndpoints.filter { endpoint in
        let own = ["search", "user", "comment/list", "project/search", "serverInfo", "webhook"]
        return endpoint.path == "user/assignable/search" || !own.contains { endpoint.path.hasPrefix($0) }
    }
