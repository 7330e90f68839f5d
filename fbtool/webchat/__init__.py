"""What the browser of a shop's customer runs: the widget of the web chat, and the page that configures it.

Nothing here imports fbtool; the gateway serves it (`fbtool.gateway.channels.webchat`).
"""
