"""The server between Facebook and the company's customer-service system (CRM)."""
