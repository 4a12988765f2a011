"""Units, the reference sphere and frames: every length, angle and height kind that the stages share."""
