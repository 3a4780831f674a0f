"""Runs a program at a terminal of its own, where somebody types a password whenever one is asked for.

Arguments: the password, the program, and what it is given. Standard output and error stay what they are.
"""

import fcntl
import os
import pty
import sys
import termios

password, program = sys.argv[1], sys.argv[2:]
keyboard, terminal = pty.openpty()
if os.fork() == 0:
    os.close(terminal)
    try:
        while said := os.read(keyboard, 4096):
            if said.endswith(b": "):
                os.write(keyboard, password.encode() + b"\n")
    except OSError:
        # The terminal is closed when the program has ended.
        pass
    os._exit(0)
os.close(keyboard)
os.setsid()
fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
os.set_inheritable(terminal, True)
os.execv(program[0], program)
