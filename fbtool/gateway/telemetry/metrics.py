"""Counters of the gateway in Prometheus' text format. No label ever names a person, a Page or a conversation.

Written by hand: the format is a dozen lines, and the usual library costs 14 MB and 0.1 s at the start (measured). Its
parser judges our output in the tests.
"""

import os
import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Counter:
    """A number that only grows, for each value of its labels."""

    kind = "counter"

    def __init__(self, name: str, about: str, labels: tuple[str, ...] = (), first: str = "") -> None:
        """``first`` is a label's value that is told before it happens: a number born as 1 has not grown, for alerts."""
        self.name, self.about, self._labels = name, about, labels
        self._values: dict[tuple[str, ...], float] = {(first,): 0} if first else {} if labels else {(): 0}

    def add(self, *values: str, by: float = 1) -> None:
        """Count ``by`` more."""
        self._values[values] = self._values.get(values, 0) + by

    def samples(self) -> Iterator[str]:
        """The lines of the format."""
        for values, number in self._values.items():
            yield _line(self.name, dict(zip(self._labels, values, strict=True)), number)


class Gauge(Counter):
    """A number that goes up and down."""

    kind = "gauge"

    def set(self, value: float, *values: str) -> None:
        """Replace the number."""
        self._values[values] = value


class Histogram:
    """How durations are spread."""

    kind = "histogram"

    def __init__(self, name: str, about: str, buckets: tuple[float, ...] = _SECONDS) -> None:
        self.name, self.about, self._buckets = name, about, buckets
        self._counts = [0] * (len(buckets) + 1)
        self._sum = 0.0

    def observe(self, value: float, times: int = 1) -> None:
        """Count a value that was seen so many times."""
        self._counts[bisect_left(self._buckets, value)] += times
        self._sum += value * times

    def samples(self) -> Iterator[str]:
        """The lines of the format."""
        total = 0
        for limit, count in zip((*map(str, self._buckets), "+Inf"), self._counts, strict=True):
            total += count
            yield _line(self.name + "_bucket", {"le": limit}, total)
        yield _line(self.name + "_sum", {}, self._sum)
        yield _line(self.name + "_count", {}, total)


class Metrics:
    """Everything the gateway counts."""

    def __init__(self) -> None:
        self.webhooks = Counter("gateway_webhook_requests_total", "Answers to Facebook's deliveries.", ("code",))
        self.webhook_seconds = Histogram("gateway_webhook_request_duration_seconds", "From a delivery to its answer.")
        self.webhook_last = Gauge("gateway_last_webhook_timestamp_seconds", "When the last delivery was accepted.")
        self.forged = Counter("gateway_webhook_signature_failures_total", "Deliveries with a wrong signature.")
        self.stored = Counter("gateway_events_received_total", "Events stored for a CRM.")
        self.repeated = Counter("gateway_events_duplicate_total", "Events that Facebook had sent before.")
        self.unlinked = Counter("gateway_events_unlinked_total", "Events of Pages that are not linked; not kept.")
        self.aside = Counter("gateway_deliveries_set_aside_total", "Signed deliveries that could not be understood.")
        self.handed_out = Counter("gateway_events_delivered_total", "Events handed to a CRM, repetitions included.")
        self.acknowledged = Counter("gateway_events_acked_total", "Events acknowledged and deleted.")
        self.store_failures = Counter("gateway_store_failures_total", "Times the store could not do its work.")
        self.commit_seconds = Histogram("gateway_commit_duration_seconds", "From events to their being on disk.")
        self.graph = Counter("gateway_graph_requests_total", "Calls to Facebook other than answers.", ("outcome",))
        self.sends = Counter("gateway_send_requests_total", "Answers handed to Facebook.", ("outcome",), "ok")
        self.send_seconds = Histogram("gateway_send_duration_seconds", "Facebook's time to take an answer.")
        self.links_marked = Counter("gateway_links_marked_total", "Links that came to need a person's sign-in.")
        self.connections = Gauge("gateway_connections", "Open connections.")
        self.visitor_connections = Gauge("gateway_visitor_connections", "Open connections of visitors of a web chat.")
        self.turned_away = Counter(
            "gateway_connections_refused_total",
            "Connections ended by a limit of the edge.",
            ("reason",),
            "too_many_visitors",
        )
        self.polling = Gauge("gateway_crm_connections", "CRMs that wait for events.")

    def text(self, now: Mapping[str, tuple[str, float]], version: str) -> str:
        """The whole page.

        Args:
            now: what is measured at this moment: value and explanation by name.
            version: of the program.
        """
        kept = [value for value in vars(self).values() if isinstance(value, (Counter, Histogram))]
        momentary = []
        for name, (about, value) in now.items():
            gauge = Gauge(name, about)
            gauge.set(value)
            momentary.append(gauge)
        build = Gauge("gateway_build_info", "Always 1; the label tells the version.", ("version",))
        build.set(1, version)
        return "".join(_family(metric) for metric in [*kept, *momentary, build, *_process()])


def _process() -> Iterator[Counter]:
    used = Counter("process_cpu_seconds_total", "CPU time of the process.")
    used.add(by=time.process_time())
    yield used
    pages = Path("/proc/self/statm")
    if pages.exists():  # Linux
        memory = Gauge("process_resident_memory_bytes", "Memory of the process.")
        memory.set(int(pages.read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE"))
        yield memory


def _family(metric: Counter | Histogram) -> str:
    lines: Iterable[str] = metric.samples()
    head = f"# HELP {metric.name} {metric.about}\n# TYPE {metric.name} {metric.kind}\n"
    return head + "".join(f"{line}\n" for line in lines)


def _line(name: str, labels: Mapping[str, str], value: float) -> str:
    told = ",".join(f'{label}="{text}"' for label, text in labels.items())
    return f"{name}{{{told}}} {value!r}" if told else f"{name} {value!r}"
