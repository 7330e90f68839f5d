"""What the sandbox serves over HTTP: the Graph API, the login dialog, the customers' chats, and its own controls."""
