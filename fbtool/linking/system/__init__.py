"""What the operating system gives, and how it fails: files, errors, calls that may never return."""
