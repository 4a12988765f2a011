"""What airpact costs: time, memory and delay, measured on the running product; `make bench` prints a table and JSON."""
