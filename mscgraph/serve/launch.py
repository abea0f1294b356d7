"""Run the web application: one process or several, stopped without losing what is being answered."""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import TYPE_CHECKING

from mscgraph.errors import MissingExtra
from mscgraph.serve.guard import LOG

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from starlette.types import ASGIApp

__all__ = ["run_server"]

_LAST = 0.25  # seconds


def run_server(
    make: Callable[[], ASGIApp], *, host: str, port: int, workers: int, grace: float
) -> None:
    """Serve until the process is asked to stop; what has been accepted by then is answered.

    Parameters
    ----------
    make
        What makes the application, in each worker; it has to pickle where there are several.
    host, port
        Where to listen; port 0 is any that is free.
    workers
        How many processes answer.
    grace
        How many seconds a stop waits for what is being answered.

    Raises
    ------
    MissingExtra
        When what it needs is not installed.
    """
    try:
        import uvicorn
        from uvicorn.supervisors import Multiprocess
    except ImportError:
        raise MissingExtra("the server is not installed: pip install 'mscgraph[serve]'") from None

    log_to_stderr()
    config = uvicorn.Config(
        make, factory=True, host=host, port=port, workers=workers, log_config=None, access_log=False,
        server_header=False, timeout_graceful_shutdown=round(grace), h11_max_incomplete_event_size=65_536,
    )  # fmt: skip
    bound = config.bind_socket()
    bound.listen(config.backlog)  # from here on who comes waits, and is answered
    shown = f"[{host}]" if ":" in host else host
    LOG.info("mscgraph at http://%s:%s/", shown, bound.getsockname()[1])

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            for listening in self.servers:
                listening.close()
            await asyncio.sleep(_LAST)  # what has been sent by now is read, and answered
            await super().shutdown(sockets)

    if workers > 1:
        Multiprocess(config, sockets=[bound]).run()
    else:
        Server(config).run(sockets=[bound])


def log_to_stderr() -> None:
    """Write what the server says to standard error, a line each."""
    if not LOG.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(message)s"))
        LOG.addHandler(handler)
        LOG.setLevel(logging.INFO)
        LOG.propagate = False
