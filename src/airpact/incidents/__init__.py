"""Cases with evidence, sealed accounts and a risk category."""
