"""Runs one command in this process, on folders of its own."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from appliance.cli import textback
from appliance.drivers.journal import Journal


class Cli:
    """`textback` with DATA and RUN in a folder of the test's."""

    def __init__(self, folder: Path) -> None:
        self.data, self.run_folder = folder / "data", folder / "run"
        self._runner = CliRunner()

    def run(self, *words: str, stdin: str | None = None) -> Result:
        environment = {"TEXTBACK_DATA": str(self.data), "TEXTBACK_RUN": str(self.run_folder)}
        result = self._runner.invoke(
            textback, list(words), input=stdin, env=environment, prog_name="textback"
        )
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    def says(self, *words: str, stdin: str | None = None) -> str:
        """Return what a command that works prints."""
        result = self.run(*words, stdin=stdin)
        assert (result.exit_code, result.stderr) == (0, "")
        return result.stdout

    def refuses(self, *words: str, stdin: str | None = None, code: int = 1) -> str:
        """Return the one plain sentence of a command that does not work."""
        result = self.run(*words, stdin=stdin)
        assert (result.exit_code, result.stdout) == (code, "")
        sentence = result.stderr.strip()
        if code == 1:
            assert sentence.endswith(".")
            assert "\n" not in sentence
        return sentence

    def journal(self) -> Journal:
        return Journal(self.data / "journal.sqlite3")
