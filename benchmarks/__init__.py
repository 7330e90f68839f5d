"""Measures what the project promises about speed, next to software of others, in one run on one machine.

``nox -s bench`` runs all of it. Machines differ and are shared, so only ratios within one run are promised.
"""
