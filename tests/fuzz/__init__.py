"""Readers, fed with files that were valid until something in them was changed."""
