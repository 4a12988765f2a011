"""The other parties: who they are, the link to each, what was refused, and the same statements by file."""
