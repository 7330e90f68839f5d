"""Everything that can be made to go wrong, and for whom, where and how often.

A fault lies over the truth and changes nothing in it: clear it, and all is as before.
"""

from fbtool.sandbox.state.faults.active import ActiveFaults, Fault
from fbtool.sandbox.state.faults.kinds import FaultKind

__all__ = ["ActiveFaults", "Fault", "FaultKind"]
