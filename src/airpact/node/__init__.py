"""All input and output of a running desk around one pure step."""
