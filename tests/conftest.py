"""What all tests share."""

import signal
import threading

from hypothesis import HealthCheck, settings

# How long an example takes depends on what else the machine does.
settings.register_profile("fbtool", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("fbtool")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN and threading.current_thread() is threading.main_thread():
    # A shell starts what runs in the background with Ctrl-C ignored, and processes inherit that; the tests send it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
