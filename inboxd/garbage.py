"""When Python collects garbage: not while a process loads its modules, and afterwards not among them.

While modules are loaded nearly nothing becomes garbage, but the collector looks through all of them again and again: a
seventh of the processor of a start. What is there then stays to the end, so it need not be looked through with every mail.
"""

import contextlib
import gc
import sys
import threading

# By then a first mail was answered; until then a process makes no garbage worth speaking of.
_SECONDS = 5.0


def pause() -> None:
    """Collect nothing until ``settle``: for the start of a process that lives long."""
    gc.disable()


def settle() -> None:
    """Collect once what the start left, and from now on again, leaving out all that is there at this moment."""
    gc.collect()
    gc.freeze()
    gc.enable()
    give_back()


def give_back() -> None:
    """Give what was freed back to the system: after a model was loaded or exchanged that is 70 MB.

    malloc_trim(3) is of the GNU C library; where there is another one nothing happens.
    """
    # numpy has loaded it; whoever has no model has nothing to give back, and need not load it for that.
    ctypes = sys.modules.get("ctypes")
    if ctypes is not None:
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)


def settle_soon() -> None:
    """Settle a few seconds from now, on a thread of its own."""
    timer = threading.Timer(_SECONDS, settle)
    timer.daemon = True
    timer.start()
