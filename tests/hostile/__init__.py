"""The product under bad input: one rule for each kind of it, and programs that hold it to them."""
