"""The product from outside: its command line, its files, its signals, and a modem that is not ours."""
