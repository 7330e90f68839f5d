"""Why a conformance run cannot start or cannot see. What an endpoint does wrong is its result, not a problem.

None of these has the exit code 3: that one says that cases have failed.
"""

from fbtool.language import N_
from fbtool.problem import Kind, Problem


class SecretMissing(Problem):
    """Without the endpoint's secret no delivery could be signed."""

    code = "conformance_secret_missing"
    what = N_("The app's secret is missing, so no delivery can be signed.")
    meaning = N_("The endpoint accepts only what is signed with the secret in its own settings.")
    remedy = N_("Set FBTOOL_APP_SECRET, or FBTOOL_APP_SECRET_FILE to a file with the endpoint's app secret.")


class SettingFileUnreadable(Problem):
    """A file that should hold a secret."""

    code = "conformance_file_unreadable"
    what = N_("The file that {name} names cannot be read: {file}")
    remedy = N_("Correct the name, or make the file readable.")


class AddressUnusable(Problem):
    """Not an http address."""

    code = "conformance_address_unusable"
    what = N_("“{address}” is not an address that can be tested.")
    remedy = N_("Give a complete address, for example http://localhost:8787/facebook/webhook.")


class NotThisComputer(Problem):
    """The target is somebody's server; whose, only the person can know."""

    code = "conformance_not_this_computer"
    what = N_("{host} is not this computer, so nothing was sent.")
    meaning = N_("The suite sends forged, broken and large requests. Against a stranger's server that is an attack.")
    remedy = N_("If the server is yours, say so with --yes-this-is-my-server.")


class TokenWouldBeVisible(Problem):
    """A token over plain http on a network."""

    code = "conformance_token_visible"
    what = N_("The account's token is not sent to {host} without encryption.")
    remedy = N_("Use the https address of the gateway.")


class WebhookUnreachable(Problem):
    """Nothing listens, before anything was sent."""

    code = "conformance_webhook_unreachable"
    kind = Kind.UNREACHABLE
    what = N_("Nothing answers at {address}: {reason}.")
    meaning = N_("No case was run.")
    remedy = N_("Start the endpoint first, and compare the address and the port.")


class ProbeUnreadable(Problem):
    """The probe does not say what arrived."""

    code = "conformance_probe_unreadable"
    kind = Kind.UNREACHABLE
    what = N_("The probe {address} does not tell what arrived: {reason}.")
    meaning = N_("It has to answer a GET with a JSON list, or with JSON lines, of everything handed on so far.")
    remedy = N_("Correct the address, or run without a probe: then only the answers are judged.")


class LogUnreadable(Problem):
    """The log file is not there."""

    code = "conformance_log_unreadable"
    what = N_("The log file {file} cannot be read: {reason}.")
    remedy = N_("Start the endpoint so that it makes the file, or make an empty one.")


class EventsRefused(Problem):
    """The gateway does not hand out events for this token."""

    code = "conformance_events_refused"
    kind = Kind.REFUSED
    what = N_("The gateway does not hand out its events: {reason}")
    remedy = N_("Put the token or the connection code of an active messenger account into the file.")


class ForeignEvents(Problem):
    """Reading on would acknowledge somebody's real messages."""

    code = "conformance_foreign_events"
    what = N_("Events wait in this messenger account that do not come from this suite.")
    meaning = N_("The suite acknowledges what it reads, and the gateway forgets it. These were left untouched.")
    remedy = N_("Let the customer-service system fetch them first, or use a messenger account made for tests.")


class NoPageLinked(Problem):
    """There is nothing to write to."""

    code = "conformance_no_page_linked"
    what = N_("No Page is linked to this messenger account.")
    meaning = N_("The gateway takes messages only for linked Pages; all others would look lost.")
    remedy = N_("Link at least one Page first: “fbtool login”, then “fbtool link”.")


class PagesNotLinked(Problem):
    """The gateway takes messages of linked Pages only."""

    code = "conformance_pages_not_linked"
    what = N_("Not linked to this messenger account: {pages}")
    meaning = N_("The gateway takes messages only for linked Pages; all others would look lost.")
    remedy = N_("Link a Page first (“fbtool link”), or name a linked one with --page.")
