"""What users set for their own sessions, kept away from tests."""

import os


def leave_out_settings(folder):
    """Let no setting of the user change what kernels start or draw, and a home that is read-only not stop them."""
    for name in ("MPLBACKEND", "MATPLOTLIBRC", "PYTHONSTARTUP", "JUPYTER_PATH", "JUPYTER_PREFER_ENV_PATH"):
        os.environ.pop(name, None)
    for name in ("IPYTHONDIR", "MPLCONFIGDIR"):
        os.environ[name] = str(folder / name.lower())
