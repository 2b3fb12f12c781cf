"""The tools of people who write rules and run the daemon: what each subcommand does and prints."""
