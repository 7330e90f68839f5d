"""What Facebook says and expects. No I/O: it builds requests and reads answers.

The tool sends them with requests, the gateway with aiohttp; both get the same truth. The specification
is Meta's documentation as collected in the project's fact sheet; a fact that is not certain is marked so.
"""
