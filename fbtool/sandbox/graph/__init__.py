"""The sandbox's graph.facebook.com.

`fbtool.sandbox.graph.router` takes a call and finds the handler for it; the other modules each hold the handlers of
one subject and the errors that belong to it.
"""
