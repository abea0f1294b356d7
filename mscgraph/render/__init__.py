"""What everything that draws shares: positions, roles, and the verdict of a pair of entities."""
