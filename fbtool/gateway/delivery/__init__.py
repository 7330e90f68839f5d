"""What customers write: taken in, kept until the CRM has it, handed out, forgotten."""
