"""What a machine and a person do to the program, done many times: `make bench-faults`."""
