"""How the sandbox tells apps what happens: envelope, signature, delivery and retries."""
