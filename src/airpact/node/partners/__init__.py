"""The other parties as the world holds them: what they said, what they are told, and the state of the own desk."""
