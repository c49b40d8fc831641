"""What a machine does to files, signals and keys, done many times: `make bench-faults`."""
