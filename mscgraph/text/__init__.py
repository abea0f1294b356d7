"""Names, identifiers and sentences as people write them: CURIEs, folding, near misses, anchors."""
