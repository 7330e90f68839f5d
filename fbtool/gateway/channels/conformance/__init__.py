"""Judges a channel: what every plug has to keep, tried with a real gateway around it.

Whoever writes a channel plays its platform, and lets every case run in a test of their own::

    @pytest.mark.parametrize("case", CASES, ids=str)
    def test_the_channel_conforms(case, tmp_path):
        case.run(MyPlatform(), tmp_path)

The plug has to be known to this process, and to new ones by its entry point.
"""

from fbtool.gateway.channels.conformance.cases import CASES, Case
from fbtool.gateway.channels.conformance.platform import NotHere, NotKept, Platform, Taken

__all__ = ["CASES", "Case", "NotHere", "NotKept", "Platform", "Taken"]
