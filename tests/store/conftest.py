"""The way to the filler beside the tests of the store."""
