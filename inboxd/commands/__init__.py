"""What each command does, one module per noun; the command line itself only reads arguments."""
