"""What a duty officer must act on: lifecycle, acknowledgement, shelving, alarm rate."""
