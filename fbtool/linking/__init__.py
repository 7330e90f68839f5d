"""What an admin can do, without a face: connect, sign in, see Pages with a verdict, link, unlink."""
