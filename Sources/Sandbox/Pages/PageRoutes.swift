// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Hummingbird
import MIME
import Markup
import NIOCore
import Templates
import Vault

/// The pages and the mailbox's JSON. Forms carry a token, made anew with each start, that a page of another site cannot
/// know.
struct PageRoutes: Sendable {
    private static let formLimit = 1 << 20

    let jira: SandboxJira
    let catcher: MailCatcher
    let smtpPort: Int
    let replyPort: Int?
    let now: @Sendable () -> Date
    private let templates: PageTemplates
    private let token = newToken()

    init(
        jira: SandboxJira, catcher: MailCatcher, smtpPort: Int, replyPort: Int?, isKept: Bool,
        now: @escaping @Sendable () -> Date
    ) {
        templates = pageTemplates(isKept: isKept)
        self.jira = jira
        self.catcher = catcher
        self.smtpPort = smtpPort
        self.replyPort = replyPort
        self.now = now
    }

    func responder() -> RouterResponder<BasicRequestContext> {
        let router = Router()
        addAssets(to: router)
        addJira(to: router)
        addMail(to: router)
        addListing(to: router)
        addConsent(to: router)
        return router.buildResponder()
    }

    private func addAssets(to router: Router<BasicRequestContext>) {
        router.get("style.css") { _, _ in Self.answer(styleSheet, type: "text/css; charset=utf-8") }
        router.get("avatar.svg") { _, _ in
            Self.answer(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8 8\"><circle cx=\"4\" cy=\"4\" r=\"4\"/></svg>",
                type: "image/svg+xml")
        }
    }

    private func addJira(to router: Router<BasicRequestContext>) {
        router.get("/") { _, _ in
            page("overview", await jira.overviewPage(token: token.reveal()))
        }
        router.get("log") { _, _ in page("log", await jira.logPage()) }
        router.get("browse/:key") { _, context in
            do {
                let key = context.parameters.get("key") ?? ""
                return page("issue", try await jira.issuePage(key, token: token.reveal()))
            } catch {
                return message("Not found", "There is no such issue here.", back: "/", status: .notFound)
            }
        }
        router.post("browse/:key/comment") { request, context in
            let key = context.parameters.get("key") ?? ""
            return await acting(request, back: "/browse/\(key)") { form in
                let comment = call(["as": form["as"] ?? "", "issue": key, "body": form["body"] ?? ""])
                _ = try await jira.whole { try $0.commentAsPerson(comment) }
                return "/browse/\(key)"
            }
        }
        router.post("create") { request, _ in
            await acting(request, back: "/") { form in
                var values = [
                    "as": form["as"] ?? "", "project": form["project"] ?? "", "summary": form["summary"] ?? "",
                ]
                if let text = form["description"], !text.isEmpty { values["description"] = text }
                let issue = call(values)
                _ = try await jira.whole { try $0.createIssueAsPerson(issue) }
                return "/"
            }
        }
    }

    private func addMail(to router: Router<BasicRequestContext>) {
        router.get("mail") { _, _ in
            page(
                "mailboxes",
                await catcher.mailboxesPage(port: smtpPort, canSend: replyPort != nil, token: token.reveal()))
        }
        router.get("mail/box") { request, _ in
            let address = queryItems(request.uri.query ?? "").first { $0.name == "address" }?.value ?? ""
            return page("mailbox", await catcher.mailboxPage(address))
        }
        router.get("mail/message") { request, _ in
            let id = queryItems(request.uri.query ?? "").first { $0.name == "id" }.flatMap { Int($0.value) } ?? 0
            guard let mail = await catcher.mailPage(id, canSend: replyPort != nil, token: token.reveal()) else {
                return message("Not found", "There is no such mail here.", back: "/mail", status: .notFound)
            }
            return page("mail", mail)
        }
        router.post("mail/reply") { request, _ in
            await acting(request, back: "/mail") { form in
                guard let mail = await catcher.mail(Int(form["mail"] ?? "") ?? 0) else {
                    throw JiraRefusal.badRequest("The mail is no longer here.")
                }
                try await send(WrittenMail(answering: mail, as: form["as"] ?? "", text: form["text"] ?? ""))
                return "/mail/message?id=\(mail.id)"
            }
        }
        router.post("mail/send") { request, _ in
            await acting(request, back: "/mail") { form in
                try await send(
                    WrittenMail(
                        from: form["from"] ?? "", to: form["to"] ?? "", subject: form["subject"] ?? "",
                        text: form["text"] ?? ""))
                return "/mail"
            }
        }
    }

    private func addListing(to router: Router<BasicRequestContext>) {
        router.get("sandbox/mail") { request, _ in
            let address = queryItems(request.uri.query ?? "").first { $0.name == "to" }?.value
            let mails = await catcher.mails.filter { address == nil || $0.recipients.contains(address!) }
            return Self.answer(JSONValue.array(mails.map(\.shape)).description, type: "application/json")
        }
        router.delete("sandbox/mail") { _, _ in
            await catcher.clear()
            return Response(status: .noContent)
        }
        router.get("sandbox/mail/:id") { _, context in
            guard let mail = await catcher.mail(Int(context.parameters.get("id") ?? "") ?? 0) else {
                return Response(status: .notFound)
            }
            var headers = HTTPFields()
            headers[.contentType] = "message/rfc822"
            headers[.contentDisposition] = "attachment; filename=\"mail-\(mail.id).eml\""
            headers[.xContentTypeOptions] = "nosniff"
            return Response(
                status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: mail.bytes)))
        }
    }

    /// The page of auth.atlassian.com on which a person says what an app may do.
    private func addConsent(to router: Router<BasicRequestContext>) {
        router.get("authorize") { request, _ in
            switch await jira.question(queryItems(request.uri.query ?? "")) {
            case .failure(let refusal):
                return message("Not possible", refusal.messages.joined(separator: " "), back: "/", status: .badRequest)
            case .success(let question):
                let asked = ConsentPage(
                    title: "Consent", app: jira.settings.oauthClient, person: await jira.apiUser.displayName,
                    site: await jira.site, scopes: question.scopes, action: "/authorize?\(request.uri.query ?? "")",
                    token: token.reveal())
                var response = page("consent", asked)
                // Where the form leads on to in the end.
                let target = question.redirect.split(separator: "/").prefix(2).joined(separator: "//")
                let policy = response.headers[.contentSecurityPolicy] ?? ""
                response.headers[.contentSecurityPolicy] = policy.replacing(
                    "form-action 'self'", with: "form-action 'self' \(target)")
                return response
            }
        }
        router.post("authorize") { request, _ in
            await acting(request, back: "/") { form in
                let question = try await jira.question(queryItems(request.uri.query ?? "")).get()
                let answer = form["answer"] == "yes" ? ConsentAnswer.yes : .no
                return try await jira.whole { $0.answer(question, answer) }
            }
        }
    }

    private func send(_ mail: WrittenMail) async throws {
        guard let replyPort else {
            throw JiraRefusal.badRequest("The sandbox was started without the port of an SMTP listener.")
        }
        try await mail.send(toPort: replyPort, at: now())
    }

    private func call(_ body: [String: String]) -> Call {
        Call(body: .object(body.mapValues { .string($0) }), caller: jira.caller)
    }

    /// Reads a form, checks its token, does what it asks, and leads on to a page.
    private func acting(
        _ request: Request, back: String, _ act: ([String: String]) async throws -> String
    ) async -> Response {
        do {
            let buffer = try await request.body.collect(upTo: Self.formLimit)
            let items = queryItems(String(buffer: buffer))
            let form = Dictionary(items.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
            guard Secret(form["token"] ?? "") == token else {
                return message(
                    "Not done", "The form is too old: the sandbox was started anew since.", back: back,
                    status: .forbidden)
            }
            var headers = HTTPFields()
            headers[.location] = try await act(form)
            return Response(status: .seeOther, headers: headers)
        } catch let refusal as JiraRefusal {
            let words = refusal.messages + refusal.errors.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            return message("Not done", words.joined(separator: " "), back: back, status: .badRequest)
        } catch {
            return message("Not done", "\(error)", back: back, status: .badRequest)
        }
    }

    private func message(_ title: String, _ text: String, back: String, status: HTTPResponse.Status) -> Response {
        var response = page("message", MessagePage(title: title, text: text, link: back))
        response.status = status
        return response
    }

    private func page(_ template: String, _ content: some Sendable) -> Response {
        var response = Self.answer(templates.fill(template, content), type: "text/html; charset=utf-8")
        response.headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        response.headers[.referrerPolicy] = "no-referrer"
        return response
    }

    private static func answer(_ text: String, type: String) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = type
        headers[.cacheControl] = "no-store"
        headers[.xContentTypeOptions] = "nosniff"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}

extension HTTPField.Name {
    static let referrerPolicy = Self("Referrer-Policy")!
}
