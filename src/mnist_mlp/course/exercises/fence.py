"""A fence around submissions while they are graded, set up by `notebooks/solutions/nbgrader_config.py`.

It keeps careless and casually hostile code in its folder. It is no wall: code that sets out to can get over it, for example
through C libraries. Nor does it keep a submission from reading other files, from taking all memory, or from changing what the
hidden tests call. Whoever grades strangers should do so in a container or under an account of its own, and read the code.
"""

import os
import sys

CHANGES = ("os.chmod", "os.chown", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink", "os.truncate")
PROCESSES = (
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.kill",
    "os.killpg",
    "os.posix_spawn",
    "os.spawn",
    "os.startfile",
    "os.system",
)
FORBIDDEN = (*PROCESSES, "subprocess.Popen", "pty.spawn", "socket.bind", "socket.connect", "socket.sendto")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def put_up_fence():
    """From now on this process may change files in its working folder only, start no other process and use no network."""
    home = os.path.realpath(os.getcwd())

    def is_outside(path):
        if isinstance(path, int):  # a file that is open already
            return False
        path = os.path.realpath(os.fsdecode(path))
        return path != os.devnull and not (path + os.sep).startswith(home + os.sep)

    def guard(event, arguments):
        if event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING:
            refused = is_outside(arguments[0])
        elif event in CHANGES:
            paths = 2 if event in ("os.link", "os.rename") else 1
            relative_to_another_folder = any(isinstance(folder, int) and folder >= 0 for folder in arguments[-paths:])
            refused = relative_to_another_folder or any(map(is_outside, arguments[:paths]))
        elif event == "sqlite3.connect":
            refused = arguments[0] != ":memory:" and is_outside(arguments[0])
        else:
            refused = event in FORBIDDEN
        if refused:
            raise PermissionError(f"{event}: a submission that is graded may change files in its own folder, and no more")

    sys.addaudithook(guard)
