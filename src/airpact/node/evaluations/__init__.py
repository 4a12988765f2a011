"""Files of encounters in, what the detection core says of each out: the reading and writing of `airpact evaluate`."""
