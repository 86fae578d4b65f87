"""What Within24 does, without drawing it: one module per page, and the rooms behind them."""
