"""What docs/security.md and SECURITY.md say is so: tables that could drift are written from the code."""
