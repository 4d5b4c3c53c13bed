"""Pure finance functions: time value, depreciation, tax rules, leases, cap table, escape velocity, scores."""
