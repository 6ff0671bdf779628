"""What makes the loop fast: blocks of images, spill files, threads."""
