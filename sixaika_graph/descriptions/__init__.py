"""What the dataset and its services say about themselves: pure functions, graph in, graph out."""
