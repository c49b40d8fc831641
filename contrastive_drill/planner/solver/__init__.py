"""The relaxed plan: cards as arrays, prices of time, and what comes of them."""
