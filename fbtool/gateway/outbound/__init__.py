"""What the company answers: a durable queue, rate limits, and what became of each answer."""
