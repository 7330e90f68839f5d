"""How much visitors may ask for. Everything is counted in memory, by hashes of networks that nobody can turn back.

Somebody's first message is never refused for what others did: where many new conversations come from one network, or
to one account, their pages have to work for it (`proof_of_work`). A network is an IPv4 address or an IPv6 /64.
"""

import contextlib
import hashlib
import secrets
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from fbtool.gateway.channels.webchat.problems import RateLimited

TEXT_LENGTH = 2_000
"""Most UTF-16 units of a visitor's message."""
BODY_BYTES = 8 * 1024
"""Longest body of a visitor's call."""
BURST, SECONDS_EACH, PER_HOUR = 10, 3.0, 200
"""Messages of a conversation: so many at once, then one in so many seconds, and so many in an hour."""
POLLS_BURST, POLL_SECONDS = 40, 0.5
"""Polls of a conversation, which mostly wait for half a minute."""
POLLS_PER_NETWORK = 40
"""Polls that wait at the same moment."""
FEW_MS, FEW = 10 * 60_000, 6
HOUR_MS, MANY = 3600 * 1000, 20
"""New conversations of a network that cost no work: so many in ten minutes, and so many in an hour."""
GUARDED_FROM = 120
"""So many new conversations of an account within a minute, and all of them cost work …"""
GUARDED_MS = 10 * 60_000
"""… for so long."""
WORK_BITS, MOST_BITS = 17, 21
"""The first step of work, about 131,000 tries, and the last."""
WAITING_EVENTS = 5_000
"""Most events of an account that wait for its CRM before a visitor's message is not taken."""
_REMEMBERED = 100_000
"""Networks or conversations; beyond it the one that came longest ago is forgotten."""
_ORIGINS, _ORIGIN_LENGTH = 50, 300
K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """A value for each key, of the keys that were used last."""

    def __init__(self, new: Callable[[], V], most: int = _REMEMBERED) -> None:
        self._new, self._most = new, most
        self._values: OrderedDict[K, V] = OrderedDict()

    def __getitem__(self, key: K) -> V:
        if key not in self._values:
            self._values[key] = self._new()
            if len(self._values) > self._most:
                self._values.popitem(last=False)
        self._values.move_to_end(key)
        return self._values[key]

    def known(self, key: K) -> V | None:
        """The value, if there is one: to ask costs no memory."""
        return self._values.get(key)


class Networks:
    """Hashes of address prefixes, by a key that is made anew each hour; what was counted before is forgotten then."""

    def __init__(self) -> None:
        self._until_ms = 0
        self._key = b""

    def hashed(self, network: str, now_ms: int) -> bytes:
        """What stands for a network within this hour."""
        if now_ms >= self._until_ms or now_ms < self._until_ms - HOUR_MS:
            self._key, self._until_ms = secrets.token_bytes(32), now_ms + HOUR_MS
        return hashlib.blake2b(network.encode(), key=self._key, digest_size=16).digest()


class NewConversations:
    """Counts conversations that begin, and tells how much work the next one costs."""

    def __init__(self, networks: Networks) -> None:
        self._networks = networks
        self._of_network: Recent[bytes, deque[int]] = Recent(lambda: deque(maxlen=MANY * (MOST_BITS - WORK_BITS + 1)))
        self._of_account: Recent[str, deque[int]] = Recent(lambda: deque(maxlen=GUARDED_FROM))
        self._guarded: dict[str, int] = {}
        self._done_for: Recent[bytes, list[bytes]] = Recent(list)

    def bits(self, account_id: str, network: str, now_ms: int) -> int:
        """How many bits of work the next one costs."""
        times = self._of_network.known(self._networks.hashed(network, now_ms)) or ()
        few = sum(now_ms - at < FEW_MS for at in times) // FEW
        many = sum(now_ms - at < HOUR_MS for at in times) // MANY
        steps = max(few, many, int(now_ms < self._guarded.get(account_id, 0)))
        return min(WORK_BITS + steps - 1, MOST_BITS) if steps else 0

    def began(self, account_id: str, network: str, now_ms: int) -> Callable[[], None]:
        """Count one; what is returned takes it back, for it was none."""
        times, of_account = self._of_network[self._networks.hashed(network, now_ms)], self._of_account[account_id]
        for counted in (times, of_account):
            counted.append(now_ms)
        if len(of_account) == GUARDED_FROM and now_ms - of_account[0] < 60_000:
            self._guarded[account_id] = now_ms + GUARDED_MS

        def take_back() -> None:
            for counted in (times, of_account):
                with contextlib.suppress(ValueError):
                    counted.remove(now_ms)

        return take_back

    def spent(self, ticket: str, message_id: str) -> bool:
        """Whether the ticket's work was done for another message; if not, it is this one's from now on."""
        ticket_hash, message_hash = (hashlib.sha256(one.encode()).digest() for one in (ticket, message_id))
        done_for = self._done_for[ticket_hash]
        if not done_for:
            done_for.append(message_hash)
        return done_for != [message_hash]


class Rates:
    """So many of a thing at once, then one in so many seconds, and so many in an hour; for each key."""

    def __init__(self, burst: int, seconds_each: float, per_hour: int | None = None) -> None:
        self._burst, self._each_ms, self._per_hour = burst, seconds_each * 1000, per_hour
        self._free_at: Recent[bytes, list[float]] = Recent(lambda: [0.0, 0.0, 0.0])

    def take(self, key: bytes, now_ms: int) -> None:
        """Count one.

        Raises:
            RateLimited: it is one too many, and was not counted.
        """
        row = self._free_at[key]
        paid_until, hour_from, in_hour = row
        paid_until = min(max(paid_until, now_ms), now_ms + self._burst * self._each_ms)
        if not 0 <= now_ms - hour_from < HOUR_MS:
            hour_from, in_hour = now_ms, 0
        row[:] = paid_until, hour_from, in_hour  # also if this one is refused: the clock may have been put back
        too_early_ms = paid_until + self._each_ms - (now_ms + self._burst * self._each_ms)
        if self._per_hour is not None and in_hour >= self._per_hour:
            too_early_ms = max(too_early_ms, hour_from + HOUR_MS - now_ms)
        if too_early_ms > 0:
            raise RateLimited(int(-(-too_early_ms // 1000)))
        row[:] = paid_until + self._each_ms, hour_from, in_hour + 1


class PollPlaces:
    """How many polls of a network wait at the same moment."""

    def __init__(self, networks: Networks) -> None:
        self._networks = networks
        self._taken: Counter[bytes] = Counter()

    @contextlib.contextmanager
    def place(self, network: str, now_ms: int) -> Iterator[None]:
        """Hold a place meanwhile.

        Raises:
            RateLimited: there is none left.
        """
        hashed = self._networks.hashed(network, now_ms)
        if self._taken[hashed] >= POLLS_PER_NETWORK:
            raise RateLimited(5)
        self._taken[hashed] += 1
        try:
            yield
        finally:
            self._taken[hashed] -= 1
            if not self._taken[hashed]:
                del self._taken[hashed]


class OriginsSeen:
    """On which sites an account's chat was used within the last hour."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._seen: dict[str, OrderedDict[str, int]] = {}

    def note(self, account_id: str, origin: str) -> None:
        """It was used there just now. A page without an origin is passed over."""
        if not origin.startswith(("https://", "http://")) or len(origin) > _ORIGIN_LENGTH:
            return
        seen = self._seen.setdefault(account_id, OrderedDict())
        seen[origin] = self._clock()
        seen.move_to_end(origin)
        if len(seen) > _ORIGINS:
            seen.popitem(last=False)

    def of(self, account_id: str) -> list[str]:
        """These sites, the last one first."""
        since = self._clock() - HOUR_MS
        return [origin for origin, at in reversed(self._seen.get(account_id, {}).items()) if at >= since]
