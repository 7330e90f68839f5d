"""What the company answers: a durable queue, the pace, and what became of each answer."""
