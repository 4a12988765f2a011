"""People: roles, accounts and how they are proven, sessions and tokens; what each may do stands in one table."""
