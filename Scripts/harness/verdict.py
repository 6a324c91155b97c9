# SPDX-License-Identifier: Apache-2.0
"""What became of the letters and events of a crash test, counted where they went."""

import collections
import re
import time

from .figures import figure
from .trap import LIMIT

EVENT_PROJECT = "OPS"


def message_ids(properties):
    return (properties.get("martlet.mail") or {}).get("messageIDs", [])


def places_of_letters(counts):
    """Message-ID to the issues and comments that carry it."""
    places = collections.defaultdict(list)
    for one in counts["issues"]:
        for message_id in message_ids(one["properties"]):
            places[message_id.strip("<>")].append(one["key"])
        for comment in one["comments"]:
            for message_id in message_ids(comment["properties"]):
                places[message_id.strip("<>")].append(f"{one['key']} comment {comment['id']}")
    return places


def out_of_order(counts, letters, sessions):
    """Letters that are on their issue before one that the same session had acknowledged before them."""
    positions = {}
    for one in counts["issues"]:
        for position, comment in enumerate(one["comments"]):
            for message_id in message_ids(comment["properties"]):
                positions[message_id.strip("<>")] = position
    found = []
    for session in range(sessions):
        last = collections.defaultdict(int)
        for letter in letters[session::sessions]:
            position = positions.get(letter.message_id.strip("<>"))
            if letter.issue is None or position is None:
                continue
            if position < last[letter.issue]:
                found.append(letter)
            last[letter.issue] = max(last[letter.issue], position)
    return found


def notices_of(mail, keys):
    """Issue key to the Message-IDs of the notifications about it, for the one who is told."""
    told = collections.defaultdict(list)
    known = set(keys)
    for caught in mail:
        for key in set(re.findall(rf"\b{EVENT_PROJECT}-\d+\b", caught["subject"])) & known:
            for recipient in caught["recipients"]:
                told[(key, recipient)].append(caught["messageID"])
    return told


def wait_for_quiet(run, expected_letters, keys, patience):
    """Until all is there or nothing moves any more; then a while longer, for what comes twice."""
    last, since = None, time.monotonic()
    while True:
        places = places_of_letters(run.sandbox.counts())
        told = notices_of(run.sandbox.mail(), keys)
        state = (sum(map(len, places.values())), sum(map(len, told.values())))
        if state != last:
            last, since = state, time.monotonic()
        complete = len(places) >= expected_letters and len({key for key, _ in told}) >= len(keys)
        if time.monotonic() - since > (10 if complete else patience):
            return
        time.sleep(1)


def shares(run):
    """What each process did of all the letters, over all its starts."""
    done = [martlet.done("letter") for martlet in run.everybody]
    return [round(count / max(1, sum(done)), 3) for count in done]


def verdict(run, letters, keys):
    """Prints the figures; true when every promise holds."""
    counts = run.sandbox.counts()
    places = places_of_letters(counts)
    told = notices_of(run.sandbox.mail(), keys)
    summaries = collections.Counter(
        found.group() for one in counts["issues"] if (found := re.search(r"letter \d{5}", one["summary"])))

    lost = [one for one in letters if one.message_id in run.acknowledged and not places[one.message_id.strip("<>")]]
    doubled = [one for one in letters if len(places[one.message_id.strip("<>")]) > 1]
    doubled_issues = [token for token, count in summaries.items() if count > 1]
    new = [one for one in letters if one.issue is None]
    unseen = [one for one in new if summaries[one.token] == 0]
    misplaced = [
        one for one in letters
        if one.issue and not all(place.startswith(one.issue + " ") for place in places[one.message_id.strip("<>")])]
    disordered = out_of_order(counts, letters, run.options.sessions)
    there = [one for one in counts["issues"] if not one["key"].startswith(EVENT_PROJECT)]
    strays = len(there) - 10 - len(new) + sum(len(one["comments"]) for one in there) - (len(letters) - len(new))
    untold = [key for key in keys if not any(name == key for name, _ in told)]
    repeated = {who: ids for who, ids in told.items() if len(set(ids)) > 1}
    copies = sum(len(ids) - len(set(ids)) for ids in told.values())

    figure("crash: kills", run.kills, "SIGKILL", seed=run.options.seed)
    if run.database:
        figure("crash: losses of power of the database", run.database_cuts, "times")
    if run.options.processes > 1:
        figure("crash: processes side by side", run.options.processes, "processes")
        figure("crash: the smallest share of the letters that a process did", min(shares(run)), "of all", shares=shares(run))
        figure("crash: letters sent until each process had done one of each other one's", len(run.sharing.letters), "letters",
               seconds=run.sharing.seconds)
        figure("crash: until others had the work of the last one killed", round(run.taken_over or -1, 1), "s")
        figure("crash: processes ended by the letter that ends them", run.trap.kills, "processes",
               stands=run.trap.ask("state, interruptions"))
    if run.rotation:
        run.rotation.show()
    if run.bucket:
        servers = "bucket and queue" if run.options.sqs else "the bucket"
        figure(f"crash: requests that {servers} failed", sum(run.bucket.failures().values()), "requests",
               **run.bucket.failures())
    figure("crash: letters acknowledged", len(run.acknowledged), "letters", of=len(letters))
    figure("crash: letters sent again", run.retried["letters"], "attempts")
    figure("crash: letters lost", len(lost) + len(unseen), "letters", examples=[one.message_id for one in (lost + unseen)[:5]])
    figure("crash: letters done twice", len(doubled) + len(doubled_issues), "letters",
           examples=[places[one.message_id.strip("<>")] for one in doubled[:5]] + doubled_issues[:5])
    figure("crash: letters on a wrong issue", len(misplaced), "letters", examples=[one.message_id for one in misplaced[:5]])
    figure("crash: letters out of their order", len(disordered), "letters", examples=[one.message_id for one in disordered[:5]])
    figure("crash: issues and comments beyond one for each letter", strays, "issues and comments")
    figure("crash: events sent", len(keys), "events")
    figure("crash: events sent again", run.retried["events"], "attempts")
    figure("crash: events lost", len(untold), "events", examples=untold[:5])
    figure("crash: events told twice", len(repeated), "events", examples=[list(who) for who in list(repeated)[:5]])
    # A server may die between the mailbox's 250 and its own record of it: then the same mail, under the same
    # Message-ID, is sent again, and mailboxes show it once.
    figure("crash: copies under the same Message-ID", copies, "mails")
    return not (lost or unseen or doubled or doubled_issues or misplaced or disordered or strays or untold or repeated) and (
        len(run.acknowledged) == len(letters) and run.kills >= run.options.kills) and (
        run.dead is None or run.taken_over is not None and run.taken_over < 60) and (
        run.sharing is None or run.sharing.is_held) and (
        run.rotation is None or run.rotation.is_held) and (
        run.trap is None or run.trap.is_over() and 0 < run.trap.kills <= LIMIT)
