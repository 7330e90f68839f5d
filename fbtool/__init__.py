"""Links Facebook Pages to a company's messenger account, and the small gateway that it feeds."""

__version__ = "0.1.0"
