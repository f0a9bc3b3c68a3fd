"""Small servers on this machine that stand in for the services the program talks to."""
