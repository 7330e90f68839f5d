"""What the gateway shows: to Facebook, to the CRM, to the tool, to its administrator and its operator.

A face reads a request, asks the rooms behind it, and writes the answer. It decides nothing.
"""
