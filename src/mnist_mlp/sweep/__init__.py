"""Running the notebooks with other parameters."""
