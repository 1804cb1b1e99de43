"""Neural networks in matrix form: forward propagation, backpropagation and training in NumPy."""
