"""What Facebook says about the Meta app, asked with the app's own token.

What Facebook tells nobody is said to be unknown, with the place where a person can look. A check never raises.
"""

import asyncio

from fbtool.facebook import apps, permissions, subscriptions
from fbtool.facebook.errors import ProofRefused
from fbtool.facebook.graph import App
from fbtool.finding import Check, Finding, failed, ok, trouble, unknown, warning
from fbtool.gateway.channels.facebook.graph import FacebookUnreachable, Graph
from fbtool.gateway.channels.facebook.page_tokens import TROUBLE
from fbtool.language import N_, say
from fbtool.meta.catalogue import Reaction
from fbtool.meta.errors import GraphError

APP = Check("app", N_("App at Facebook"))
WEBHOOK = Check("webhook", N_("Webhook"))
APP_PERMISSIONS = Check("app_permissions", N_("Approved permissions"))
APP_PROOF = Check("app_proof", N_("Proof of the app's secret"))
APP_MODE = Check("app_mode", N_("Mode of the app"))


class AppChecks:
    """The checks of one app.

    Args:
        graph: how to ask Facebook.
        app: the Meta app.
        webhook_url: where deliveries should go; empty if only a start will tell.
    """

    def __init__(self, graph: Graph, app: App, webhook_url: str) -> None:
        self._graph = graph
        self._app = app
        self._webhook_url = webhook_url

    async def findings(self, *, clock_wrong: bool = False) -> list[Finding]:
        """All of them; only the first one if Facebook does not answer this app.

        Args:
            clock_wrong: Facebook refuses proofs of another time than its own, whatever the secret is.
        """
        try:
            webhooks = await self._graph.run(subscriptions.webhooks(self._app))
        except GraphError as error:
            return [_untold() if clock_wrong else self._refused(error)]
        except FacebookUnreachable as problem:
            return [trouble(APP, problem.for_operator())]
        except TROUBLE as problem:
            return [trouble(APP, problem)]
        accepted = ok(APP, say("Facebook accepts id {id} and the secret", id=self._app.id), id=self._app.id)
        approved, proof = await asyncio.gather(self._permissions(), self._proof())
        return [accepted, self._webhook(webhooks), approved, proof, _mode()]

    def _refused(self, error: GraphError) -> Finding:
        if error.reaction in {Reaction.RETRY, Reaction.THROTTLE}:
            return trouble(APP, error)
        return failed(
            APP,
            say("Facebook does not accept the app's id {id} with this secret.", id=self._app.id),
            say("Compare both with App settings, Basic, at developers.facebook.com; after a change of the secret use "
                "“fbtool gateway rotate-app-secret”."),
            id=self._app.id, code=error.code,
        )  # fmt: skip

    def _webhook(self, webhooks: tuple[subscriptions.Webhook, ...]) -> Finding:
        ours = next((one for one in webhooks if one.object == "page"), None)
        remedy = say("“fbtool gateway setup” registers it anew, while the gateway runs.")
        if ours is None:
            return failed(WEBHOOK, say("The app has no webhook for Pages: no message can arrive."), remedy)
        if self._webhook_url and ours.callback_url != self._webhook_url:
            told = say(
                "Facebook sends messages to {there}, not to {here}.", there=ours.callback_url, here=self._webhook_url
            )
            return failed(WEBHOOK, told, remedy)
        lacking = sorted(set(subscriptions.FIELDS) - set(ours.fields))
        if not ours.active or lacking:
            told = say("The webhook is registered, but lacks: {fields}.", fields=", ".join(lacking) or "active")
            return failed(WEBHOOK, told, remedy, active=ours.active, lacking=lacking)
        return ok(WEBHOOK, say("registered with all fields"))

    async def _permissions(self) -> Finding:
        try:
            told = await self._graph.run(apps.approvals(self._app))
        except TROUBLE:
            return unknown(
                APP_PERMISSIONS,
                say("Facebook did not tell which permissions it has approved for the app."),
                say("It is shown at developers.facebook.com under App Review, Permissions and Features."),
            )
        approved = {one.permission for one in told if one.status == apps.APPROVED}
        lacking = [name for name in permissions.NEEDED if name not in approved]
        if lacking:
            return warning(
                APP_PERMISSIONS,
                say("Facebook does not list as approved for everybody: {permissions}.", permissions=", ".join(lacking)),
                say("Until Meta's review has approved them (Advanced Access), only people with a role on the app can "
                    "link Pages, and only they can be answered. Apply for it at developers.facebook.com, App Review."),
                lacking=lacking,
            )  # fmt: skip
        return ok(APP_PERMISSIONS, say("approved for everybody: {permissions}", permissions=", ".join(
            permissions.NEEDED)))  # fmt: skip

    async def _proof(self) -> Finding:
        """Ask without the proof. That Facebook then treats an app's token as it does a person's is not documented."""
        try:
            await self._graph.run(subscriptions.webhooks(self._app), proven=False)
        except ProofRefused:
            return failed(
                APP_PROOF,
                say("Facebook demands a proof of the app's secret with every call, so nobody can sign in with fbtool."),
                say("Switch “Require App Secret” off at developers.facebook.com, App settings, Advanced: the admins' "
                    "programs ask Facebook without the secret, which never leaves the gateway."),
                demanded=True,
            )  # fmt: skip
        except TROUBLE:
            return unknown(
                APP_PROOF,
                say("Facebook did not tell whether it demands a proof of the app's secret."),
                say("“Require App Secret” at developers.facebook.com, App settings, Advanced, has to be off."),
            )
        return ok(APP_PROOF, say("not demanded with every call"), demanded=False)


def _untold() -> Finding:
    return unknown(
        APP,
        say("Facebook refuses calls from a computer whose clock is wrong; whether id and secret are right nobody can "
            "tell until then."),
        say("Set the clock, then check again."),
    )  # fmt: skip


def _mode() -> Finding:
    """No answer of the Graph API has the mode (documented fields of the Application node, as of v25.0)."""
    return unknown(
        APP_MODE,
        say("Facebook does not tell an app whether it is live or in development mode."),
        say("The switch is at the top of the app's page at developers.facebook.com. In development mode only people "
            "with a role on the app can sign in."),
    )  # fmt: skip
