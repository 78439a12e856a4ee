"""What somebody at the box, or its page, may have the daemon do: let people in, and start afresh."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from appliance.core.button import Action
from appliance.drivers.access_file import AccessUnreadable, AccessUnwritable

if TYPE_CHECKING:
    from appliance.drivers.access_file import AccessFile
    from appliance.drivers.request_file import RequestFile
    from appliance.drivers.setup_code import SetupCode

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Doorman:
    """Whoever presses the button stands at the box: that is what the setup code waits for."""

    access: AccessFile
    setup_code: SetupCode
    requests: RequestFile

    def pressed(self, action: Action) -> None:
        """Clear the page's password when the button was held for that; take the setup code without one.

        A storage that fails is logged: whoever holds the button sees that nothing came of it.
        """
        try:
            if action is Action.CLEAR_PASSWORD:
                self.access.clear_password()
            if not self.access.has_password():
                self.setup_code.open()
        except (AccessUnreadable, AccessUnwritable) as error:
            log.error("%s", error)
        except OSError as error:
            log.error("the setup code could not be opened: %s", error.strerror)

    def restart_asked(self) -> bool:
        """Tell whether the page has asked for a fresh start since the last time."""
        try:
            return self.requests.take_restart()
        except OSError:
            return False
