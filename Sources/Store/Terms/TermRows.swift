// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning

extension SQLConnection {
    func terms(of tenant: TenantID, at time: Date) throws -> Terms {
        try row(
            """
            SELECT mail_days, event_days FROM terms WHERE tenant = ?1 AND since <= ?2 ORDER BY since DESC LIMIT 1
            """, [.text(tenant.rawValue), .time(time)]
        ).map { Terms(mailDays: try $0.integer(0), eventDays: try $0.integer(1)) } ?? .usual
    }

    func termHistory(of tenant: TenantID) throws -> TermHistory {
        TermHistory(
            changes: try rows(
                "SELECT since, mail_days, event_days FROM terms WHERE tenant = ?1 ORDER BY since",
                [.text(tenant.rawValue)]
            ).map {
                TermChange(
                    since: try $0.time(0),
                    terms: Terms(mailDays: try $0.integer(1), eventDays: try $0.integer(2)))
            })
    }

    func putTerms(_ terms: Terms, of tenant: TenantID, since: Date) throws {
        try run(
            """
            INSERT INTO terms (tenant, since, mail_days, event_days) VALUES (?1, ?2, ?3, ?4) \
            ON CONFLICT (tenant, since) DO UPDATE SET mail_days = ?3, event_days = ?4
            """,
            [.text(tenant.rawValue), .time(since), .integer(terms.mailDays), .integer(terms.eventDays)])
    }

    /// Those that were to begin later.
    func removeTerms(of tenant: TenantID, after time: Date) throws {
        try run("DELETE FROM terms WHERE tenant = ?1 AND since > ?2", [.text(tenant.rawValue), .time(time)])
    }

    /// Ends access to what is kept longer than these terms say; gives how many rows of a kind were changed, at most `limit`.
    func shorten(to terms: Terms, of tenant: TenantID, limit: Int) throws -> Int {
        var changed = 0
        for (line, days) in [(Line.letter, terms.mailDays), (.event, terms.eventDays)] {
            changed = max(
                changed,
                try run(
                    """
                    UPDATE jobs SET kept_until = received_at + ?3 WHERE id IN (SELECT id FROM jobs \
                    WHERE tenant = ?1 AND line = ?2 AND kept_until > received_at + ?3 LIMIT ?4)
                    """, [.text(tenant.rawValue), .text(line.rawValue), .milliseconds(days), .integer(limit)]))
        }
        // A letter's record counts from its receipt, an event's from the end of the work.
        changed = max(
            changed,
            try run(
                """
                UPDATE audit SET kept_until = finished_at + ?2 WHERE job IN (SELECT job FROM audit \
                WHERE tenant = ?1 AND line = 'event' AND kept_until > finished_at + ?2 LIMIT ?3)
                """, [.text(tenant.rawValue), .milliseconds(terms.mailDays), .integer(limit)]))
        changed = max(
            changed,
            try run(
                """
                UPDATE holdings SET kept_until = made_at + ?2 WHERE tenant = ?1 AND kind = 'sent' \
                AND id IN (SELECT id FROM holdings WHERE tenant = ?1 AND kind = 'sent' AND kept_until > made_at + ?2 LIMIT ?3)
                """, [.text(tenant.rawValue), .milliseconds(terms.mailDays), .integer(limit)]))
        return max(
            changed,
            try run(
                """
                UPDATE audit SET kept_until = (SELECT jobs.kept_until FROM jobs WHERE jobs.id = audit.job) \
                WHERE job IN (SELECT audit.job FROM audit JOIN jobs ON jobs.id = audit.job \
                WHERE audit.tenant = ?1 AND audit.line = 'letter' AND audit.kept_until > jobs.kept_until LIMIT ?2)
                """, [.text(tenant.rawValue), .integer(limit)]))
    }
}

extension SQLValue {
    fileprivate static func milliseconds(_ days: Int) -> SQLValue { .integer(days * 86_400_000) }
}
