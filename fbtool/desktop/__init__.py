"""The window: what an admin can do in `fbtool.linking`, with a face drawn by tkinter.

Views are passive: they show a state and say what the person did. A presenter per screen holds the state and talks to
`linking` in worker threads (`jobs`); nothing but the Tk thread ever touches a widget.
"""
