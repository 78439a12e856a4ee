"""`python -m appliance` is the `textback` command."""

from appliance.cli import main

if __name__ == "__main__":
    main()
