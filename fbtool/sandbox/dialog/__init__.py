"""The login dialog of the sandbox's facebook.com: pages that a person clicks through, or a `ScriptedBrowser`."""
